/**
 * Things that are alike: physical pages, or threads that run the same program. Exchanging two of them everywhere in a
 * state turns every way from there into a way with the same labels, so a search needs only one state of those that
 * differ by such an exchange (Ip and Dill, "Better verification through symmetry", 1996, whose word "scalarset" is).
 *
 * A program does not prove that its scalarsets are right; test/model/symmetry.test.ts exchanges elements in states of
 * every shipped scenario and looks whether the steps follow.
 */
import type { SymmetricUse, Symmetry } from "./program.ts";

/** Which element takes whose place: element `i` becomes `permutation[i]`. */
export type Permutation = readonly number[];

/** The state with its elements exchanged. */
export function permuteState(symmetry: Symmetry, state: Int32Array, permutation: Permutation): Int32Array {
  const permuted = state.slice();
  for (const row of symmetry.rows)
    for (const [element, slot] of row.entries()) permuted[row[permutation[element] ?? 0] ?? 0] = state[slot] ?? 0;
  for (const use of symmetry.uses) {
    const element = elementAt(use, permuted);
    if (element >= 0) putElement(use, permuted, permutation[element] ?? 0);
  }
  return permuted;
}

/** The element that the slot holds, or -1. */
function elementAt({ slot, field, values }: SymmetricUse, state: Int32Array): number {
  const value = state[slot] ?? 0;
  if (field === undefined) return values.indexOf(value);
  return value === 0 ? -1 : values.indexOf((value >>> field.shift) & (2 ** field.bits - 1));
}

function putElement({ slot, field, values }: SymmetricUse, state: Int32Array, element: number): void {
  const value = values[element] ?? 0;
  if (field === undefined) state[slot] = value;
  else {
    const mask = (2 ** field.bits - 1) << field.shift;
    state[slot] = ((state[slot] ?? 0) & ~mask) | (value << field.shift);
  }
}

/**
 * One state of those that differ by exchanges, cheaply found and not always the same one: alike actors are put in the
 * order of their places and registers, then pages in the order in which the state first names them. Gives the
 * permutations that led there, in the order of the symmetries.
 */
export function canonicalState(
  symmetries: readonly Symmetry[],
  state: Int32Array,
): { readonly state: Int32Array; readonly permutations: readonly Permutation[] } {
  let now = state;
  const permutations = symmetries.map((symmetry) => {
    const permutation = symmetry.actors ? ranks(symmetry, now) : orderOfUse(symmetry, now);
    now = permuteState(symmetry, now, permutation);
    return permutation;
  });
  return { state: now, permutations };
}

function ranks({ size, sortBy }: Symmetry, state: Int32Array): Permutation {
  const elements = Array.from({ length: size }, (_, element) => element);
  const sorted = elements.sort((a, b) => {
    for (const row of sortBy) {
      const order = (state[row[a] ?? 0] ?? 0) - (state[row[b] ?? 0] ?? 0);
      if (order !== 0) return order;
    }
    return a - b;
  });
  return inverse(sorted);
}

function orderOfUse(symmetry: Symmetry, state: Int32Array): Permutation {
  const order = new Set(symmetry.uses.map((use) => elementAt(use, state)).filter((element) => element >= 0));
  for (let element = 0; element < symmetry.size; element++) order.add(element);
  return inverse([...order]);
}

export function inverse(permutation: Permutation): Permutation {
  const inverted: number[] = new Array(permutation.length);
  for (const [from, to] of permutation.entries()) inverted[to] = from;
  return inverted;
}

export function numberOfPermutations(size: number): number {
  return size <= 1 ? 1 : size * numberOfPermutations(size - 1);
}

/** Every order of the elements. */
export function allPermutations(size: number): readonly Permutation[] {
  if (size === 0) return [[]];
  return allPermutations(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, place) => [...rest.slice(0, place), size - 1, ...rest.slice(place)]),
  );
}
