/** Whether the generated search and the plain one find the same. */
import { deepStrictEqual } from "node:assert";
import type { SearchResult } from "../../src/checker/contract/search-types.ts";
import { type ReferenceOptions, referenceSearch } from "../../src/checker/reference-search.ts";
import type { State } from "../../src/ir/evaluate.ts";
import type { Property } from "../../src/ir/property.ts";
import { violatedName } from "../../src/trace/violated-name.ts";
import type { Question } from "./runs.ts";

interface Findings {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly complete: boolean;
  /** The lengths of the shortest traces. */
  readonly violations: Readonly<Record<string, number>>;
  /** The ids of the locations whose step was taken. */
  readonly reached: readonly number[];
  /** The names of properties whose premise was true at some state or step, and of required states that were reached. */
  readonly tested: readonly string[];
}

export function findingsOf(found: SearchResult, { names, properties }: Question): Findings {
  const lengths = found.violations.map((one) => [violatedName(one, names), one.steps.length] as const);
  return {
    states: found.states,
    transitions: found.transitions,
    depth: found.depth,
    complete: found.complete,
    violations: sorted(lengths),
    reached: [...found.transitionsOf.keys()].filter((id) => found.transitionsOf[id] !== 0),
    tested: properties.flatMap((property, position) =>
      isOfTexts(property) && found.tested[position]?.includes(true) ? [property.name] : [],
    ),
  };
}

/** Other properties are tested in other ways. */
function isOfTexts({ checks }: Property): boolean {
  return checks.every(({ kind }) => kind === "state" || kind === "step");
}

function plainFindings({ program, properties }: Question, options: ReferenceOptions): Findings {
  const plain = referenceSearch(program, properties, options);
  if (plain.rangeError !== undefined) throw new Error(`a value left its range: ${plain.rangeError}`);
  return {
    states: plain.states,
    transitions: plain.transitions,
    depth: plain.depth,
    complete: plain.complete,
    violations: sorted([...plain.violations]),
    reached: [...plain.reached].sort((a, b) => a - b),
    tested: properties.flatMap((property) =>
      isOfTexts(property) && plain.tested.has(property.name) ? [property.name] : [],
    ),
  };
}

function sorted(entries: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Runs the plain search, to the same depth. Throws an AssertionError that says what differs. */
export function assertAgreement(
  found: SearchResult,
  question: Question,
  maxDepth?: number,
  onState: (state: State) => void = () => {},
): void {
  const options = { onState, ...(maxDepth === undefined ? {} : { maxDepth }) };
  deepStrictEqual(findingsOf(found, question), plainFindings(question, options));
}
