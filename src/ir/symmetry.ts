/**
 * Things that are alike: physical pages, or threads that run the same program. If two of them are permuted everywhere
 * in a state, every run from there becomes a run with the same labels. So a search needs only one representative of the
 * states that differ by such a permutation (Ip and Dill, "Better verification through symmetry", 1996, who introduced
 * the word "scalarset").
 *
 * A program does not prove that its scalarsets are right. test/scenarios/symmetry.test.ts permutes elements in states
 * of every shipped scenario and checks that the steps correspond.
 */
import { at } from "./lookup.ts";
import type { ElementUse, Symmetry } from "./program.ts";

/** Which element takes the place of which: element `i` becomes `permutation[i]`. */
export type Permutation = readonly number[];

/** The state with its elements permuted. */
export function permuteState(symmetry: Symmetry, state: Int32Array, permutation: Permutation): Int32Array {
  const permuted = state.slice();
  for (const row of symmetry.rows)
    for (const [element, slot] of row.entries()) permuted[at(row, at(permutation, element))] = at(state, slot);
  for (const use of symmetry.uses) permuted[use.slot] = renamed(use, at(permuted, use.slot), permutation);
  return permuted;
}

/** The arguments of an event, with the elements permuted. */
export function permuteArguments(
  symmetry: Symmetry,
  event: string,
  args: readonly number[],
  permutation: Permutation,
): readonly number[] {
  const permuted = [...args];
  for (const use of symmetry.carried)
    if (use.event === event) permuted[use.argument] = renamed(use, at(permuted, use.argument), permutation);
  return permuted;
}

function renamed(use: ElementUse, value: number, permutation: Permutation): number {
  const element = elementIn(use, value);
  if (element < 0) return value;
  const now = at(use.values, at(permutation, element));
  if (use.field === undefined) return now;
  const mask = (2 ** use.field.bits - 1) << use.field.shift;
  return (value & ~mask) | (now << use.field.shift);
}

/** The element that a value stands for, or -1. */
function elementIn({ field, values }: ElementUse, value: number): number {
  if (field === undefined) return values.indexOf(value);
  return value === 0 ? -1 : values.indexOf((value >>> field.shift) & (2 ** field.bits - 1));
}

/**
 * One of the states that differ by permutations. It is found cheaply and is not always the same one: alike actors are
 * put in the order of their locations and registers, then pages in the order in which the state first names them.
 * Returns the permutations that led there, in the order of the symmetries.
 */
export function canonicalState(
  symmetries: readonly Symmetry[],
  state: Int32Array,
): { readonly state: Int32Array; readonly permutations: readonly Permutation[] } {
  let now = state;
  const permutations = symmetries.map((symmetry) => {
    const permutation = symmetry.actors !== undefined ? ranks(symmetry, now) : orderOfUse(symmetry, now);
    now = permuteState(symmetry, now, permutation);
    return permutation;
  });
  return { state: now, permutations };
}

function ranks({ size, sortBy }: Symmetry, state: Int32Array): Permutation {
  const elements = Array.from({ length: size }, (_, element) => element);
  const sorted = elements.sort((a, b) => {
    for (const row of sortBy) {
      const order = at(state, at(row, a)) - at(state, at(row, b));
      if (order !== 0) return order;
    }
    return a - b;
  });
  return inverse(sorted);
}

function orderOfUse(symmetry: Symmetry, state: Int32Array): Permutation {
  const order = new Set(
    symmetry.uses.map((use) => elementIn(use, at(state, use.slot))).filter((element) => element >= 0),
  );
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

/** All permutations of the elements. */
export function allPermutations(size: number): readonly Permutation[] {
  if (size === 0) return [[]];
  return allPermutations(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, place) => [...rest.slice(0, place), size - 1, ...rest.slice(place)]),
  );
}
