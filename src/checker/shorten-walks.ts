/**
 * A random walk reaches a violation by detours. A search that goes no deeper than the walk finds the shortest path, if it
 * gets that far. If not, at least the cycles are removed from the walk.
 */
import { executeStep, initialState } from "../ir/interpreter.ts";
import { at, entryOf, required } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import type { Move, SearchOptions, SearchResult, Violation } from "./contract/search-types.ts";
import { search } from "./search.ts";
import type { WalkedViolation } from "./simulate.ts";

export interface ShortenedViolation extends Violation {
  /** Undefined if no walk found it, but the search did. */
  readonly walk: { readonly number: number; readonly length: number } | undefined;
  /** Whether no path to the violation is shorter. */
  readonly shortest: boolean;
}

/** `options` limit the search. The result does not depend on the number of threads. */
export async function shortenWalks(
  program: Program,
  properties: readonly Property[],
  walked: readonly WalkedViolation[],
  options: Pick<SearchOptions, "maxStates" | "memoryBytes" | "workers" | "symmetries" | "signal" | "onProgress">,
): Promise<readonly ShortenedViolation[]> {
  const length = Math.max(0, ...walked.map(({ steps }) => steps.length));
  if (length === 0) return walked.map((violation) => ({ ...violation, walk: walkOf(violation), shortest: true }));
  const until = walked.map(({ property }) => property);
  // A deadlock is found when its state is expanded, so the search goes one level deeper.
  const found = certain(await search(program, properties, { ...options, maxDepth: length + 1, until }));
  const shortened = walked.map((violation): ShortenedViolation => {
    const shortest = found.find(({ property }) => property === violation.property);
    const steps = shortest?.steps ?? withoutCycles(program, violation.steps);
    return { property: violation.property, steps, walk: walkOf(violation), shortest: shortest !== undefined };
  });
  const beside = found.filter(({ property }) => !until.includes(property));
  return [...shortened, ...beside.map((violation) => ({ ...violation, walk: undefined, shortest: true }))];
}

function walkOf({ walk, steps }: WalkedViolation): ShortenedViolation["walk"] {
  return { number: walk, length: steps.length };
}

/** Which violations of an unfinished level are found depends on timing, so these do not count. */
function certain({ violations, bound, depth }: SearchResult): readonly Violation[] {
  const inTime = bound === undefined || bound === "depth";
  return violations.filter(({ steps }) => inTime || steps.length < depth - 1);
}

/** From each state, the walk continues where it was in that state for the last time. */
function withoutCycles(program: Program, steps: readonly Move[]): readonly Move[] {
  const lastVisits = new Map<string, number>();
  const keys: string[] = [];
  let state = initialState(program);
  for (const [position, { location, choice }] of steps.entries()) {
    const key = state.join();
    keys.push(key);
    lastVisits.set(key, position);
    state = required(executeStep(program, state, location, choice), "an enabled step of a walk").state;
  }
  const kept: Move[] = [];
  for (let position = 0; position < steps.length; position++) {
    position = entryOf(lastVisits, at(keys, position), "the last visit");
    kept.push(at(steps, position));
  }
  return kept;
}
