/** One scenario under one kernel, compared with the plain search; on a thread of its own. */
import assert from "node:assert/strict";
import { assertAgreement } from "../../scripts/library/agreement.ts";
import { differenceAfter, neighbourSwaps } from "../../scripts/library/permutation.ts";
import {
  expectedViolations,
  findRun,
  type Question,
  questionOf,
  type Run,
  type RunName,
} from "../../scripts/library/runs.ts";
import type { SearchResult } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";
import type { State } from "../../src/ir/evaluate.ts";
import { required } from "../../src/ir/lookup.ts";
import { tries } from "../fixtures/nightly.ts";

/**
 * The plain search takes long. So a run with more states is compared only up to about so many, and only
 * `npm run check-specs -- --reference` compares it to its end.
 */
const mostStates = tries(150, 500);

/** States of the plain search at regular intervals, up to a maximum number, in which symmetries are tried. */
const [stride, mostSymmetric] = [97, 12];

export interface Compared {
  /** The depth to which the run was compared; undefined if to its end. */
  readonly depth: number | undefined;
  /** How many states were compared with a permuted one. */
  readonly permuted: number;
}

/** Rejects if something differs. */
export async function run(name: RunName): Promise<Compared> {
  const found = findRun(name);
  const question = questionOf(found);
  const { program, properties, symmetries } = question;
  const options = { workers: 1, soloStates: Number.MAX_VALUE };
  const states: State[] = [];
  let met = 0;
  const sample = (state: State): void => {
    if (met++ % stride === 0 && states.length < mostSymmetric) states.push(state);
  };
  const bounded = await search(program, properties, { ...options, maxStates: mostStates });
  if (!bounded.complete) {
    // The level at the depth that was reached was not finished.
    const maxDepth = bounded.depth - 1;
    assertAgreement(await search(program, properties, { ...options, maxDepth }), question, maxDepth, sample);
    assertExpected(await search(program, properties, { ...options, symmetries }), found, question);
    return { depth: maxDepth, permuted: assertAlike(question, states) };
  }
  assertAgreement(bounded, question, undefined, sample);
  assertExpected(bounded, found, question);
  if (symmetries.length > 0)
    assert.deepEqual(judged(await search(program, properties, { ...options, symmetries })), judged(bounded));
  return { depth: undefined, permuted: assertAlike(question, states) };
}

/** The file expects these violations. If there are none, each state that must be reachable is reached. */
export function assertExpected(
  { violations, tested }: SearchResult,
  { run: kernel }: Run,
  { names, promised }: Question,
): void {
  const violated = violations.map(({ property }) => property === "range-error" || names[property]);
  assert.deepEqual(violated.sort(), [...required(expectedViolations(kernel), "an expectation")].sort());
  const missed = names.filter((_, position) => position >= promised && tested[position]?.includes(true) !== true);
  if (violated.length === 0) assert.deepEqual(missed, []);
}

/** Elements that count as alike are alike: steps, events and properties follow a permutation. */
function assertAlike({ program, properties, symmetries }: Question, states: readonly State[]): number {
  let compared = 0;
  for (const symmetry of program.symmetries) {
    // Even if a property tells the elements apart, the steps must follow the permutation.
    const judged = symmetries.includes(symmetry) ? properties : [];
    for (const permutation of neighbourSwaps(symmetry))
      for (const state of states) {
        assert.equal(differenceAfter(program, judged, symmetry, permutation, state), undefined);
        compared++;
      }
  }
  return compared;
}

/** The results that symmetries must not change. */
function judged({ violations, tested, complete }: SearchResult) {
  return { violations, tested, complete };
}
