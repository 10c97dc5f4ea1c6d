/** Whether the generated search and the plain one find the same. */
import { deepStrictEqual } from "node:assert";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import type { SearchResult } from "../../src/checker/search-types.ts";
import type { Question } from "./runs.ts";

interface Findings {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly complete: boolean;
  /** Lengths of the shortest traces. */
  readonly violations: Readonly<Record<string, number>>;
  /** Ids of the locations whose step was taken. */
  readonly reached: readonly number[];
}

export function findingsOf(found: SearchResult, { names }: Question): Findings {
  const lengths = found.violations.map(({ property, steps }) => {
    const name = property === "range-error" ? "range" : (names[property] ?? "");
    return [name, steps.length] as const;
  });
  return {
    states: found.states,
    transitions: found.transitions,
    depth: found.depth,
    complete: found.complete,
    violations: sorted(lengths),
    reached: [...found.transitionsOf.keys()].filter((id) => found.transitionsOf[id] !== 0),
  };
}

function plainFindings({ program, properties }: Question, maxDepth: number | undefined): Findings {
  const plain = referenceSearch(program, properties, maxDepth === undefined ? {} : { maxDepth });
  if (plain.rangeError !== undefined) throw new Error(`a value left its range: ${plain.rangeError}`);
  return {
    states: plain.states,
    transitions: plain.transitions,
    depth: plain.depth,
    complete: plain.complete,
    violations: sorted([...plain.violations]),
    reached: [...plain.reached].sort((a, b) => a - b),
  };
}

function sorted(entries: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Runs the plain search, to the same depth. Throws an AssertionError that says what differs. */
export function assertAgreement(found: SearchResult, question: Question, maxDepth?: number): void {
  deepStrictEqual(findingsOf(found, question), plainFindings(question, maxDepth));
}
