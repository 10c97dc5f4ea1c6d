/** The representative of the states that differ by a permutation of alike elements. */
import { type Layout, pack, unpack } from "../../ir/layout.ts";
import type { Symmetry } from "../../ir/program.ts";
import { allPermutations, numberOfPermutations, permuteState } from "../../ir/symmetry.ts";
import { compareWords } from "./compare-words.ts";

/** What a worker needs to permute elements in packed states. */
export interface SymmetryReduction {
  readonly layout: Layout;
  /** All symmetries of the program, whether or not the search uses them. */
  readonly symmetries: readonly Symmetry[];
  /** Whether the search explores one state of those that differ by a permutation. */
  readonly reduced: boolean;
}

/** If there are more permutations than this, each state represents itself. */
const mostPermutations = 1000;

/** The least of the packed states that differ by a permutation: the same for each of them. */
export function representativeOf({ layout, symmetries }: SymmetryReduction, words: Uint32Array): Uint32Array {
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
  const permutations = symmetries.reduce((product, { size }) => product * numberOfPermutations(size), 1);
  if (permutations > 1 && permutations <= mostPermutations) visit(unpack(layout, words), 0);
  return least;
}
