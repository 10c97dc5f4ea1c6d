/** What the states have in common that differ by exchanges of alike elements. */
import { type Layout, pack, unpack } from "../../ir/layout.ts";
import type { Symmetry } from "../../ir/program.ts";
import { allPermutations, numberOfPermutations, permuteState } from "../../ir/symmetry.ts";
import { compareWords } from "./compare-words.ts";

/** What a worker needs to exchange elements in packed states. */
export interface Exchanges {
  readonly layout: Layout;
  /** All of the program's, whether or not the search makes use of them. */
  readonly symmetries: readonly Symmetry[];
  /** Whether one state was searched for all that differ by exchanges. */
  readonly reduced: boolean;
}

/** Beyond so many ways to exchange elements, each state stands for itself. */
const mostWays = 1000;

/** The least of the packed states that differ from one by exchanges, so that it does not depend on the one. */
export function leastExchanged({ layout, symmetries }: Exchanges, words: Uint32Array): Uint32Array {
  let least = words;
  const visit = (state: Int32Array, position: number): void => {
    const symmetry = symmetries[position];
    if (symmetry === undefined) {
      const packed = pack(layout, state);
      if (compareWords(packed, least) < 0) least = packed;
      return;
    }
    for (const permutation of allPermutations(symmetry.size))
      visit(permuteState(symmetry, state, permutation), position + 1);
  };
  const ways = symmetries.reduce((product, { size }) => product * numberOfPermutations(size), 1);
  if (ways > 1 && ways <= mostWays) visit(unpack(layout, words), 0);
  return least;
}
