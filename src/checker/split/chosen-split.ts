/**
 * Chooses which bits of a state are its left part in the tree store, so that there are few different parts. It tries
 * splits on a sample of states. Slots that the same actors write mostly change together. So whole groups of them are
 * tried on either side first, then single slots.
 */
import { slotsWritten } from "../../codegen/analysis/footprint.ts";
import { type SlotIndex, slotIndex } from "../../ir/indices.ts";
import { type Layout, maskOf } from "../../ir/layout.ts";
import { at, entryOf } from "../../ir/lookup.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { sampledStates } from "./sampled-states.ts";
import { hashOf } from "./slot-hash.ts";

/** A split that suits fewer states may divide them in parts that do not repeat in a large search. */
const sampleSize = 6000;

/** All combinations of so many groups are tried: the largest. The other groups begin on the right. */
const mostGroups = 8;
/** How often every slot is tried on its other side. */
const mostRounds = 3;

/** For each word of a state, the bits that are in the left part. */
export function chosenSplit(program: Program, layout: Layout, symmetries: readonly Symmetry[]): readonly number[] {
  return splitOf(program, layout, sampledStates(program, symmetries, sampleSize));
}

/** The split that suits these states. */
export function splitOf(program: Program, layout: Layout, states: readonly Int32Array[]): readonly number[] {
  const slots = changingSlots(program, states);
  const left = bestSplit(groupsOf(program, slots), slots, states);
  return Array.from({ length: layout.words }, (_, word) => {
    const inWord = slots.filter((slot) => at(layout.fields, slot).word === word);
    const onLeft = inWord.filter((slot) => left.has(slot));
    // A word that is not divided is in one part only.
    return onLeft.length === inWord.length
      ? 0xffffffff
      : onLeft.reduce((mask, slot) => mask | maskOfSlot(slot), 0) >>> 0;
  });

  function maskOfSlot(slot: SlotIndex): number {
    const { shift, bits } = at(layout.fields, slot);
    return maskOf(bits) << shift;
  }
}

function changingSlots({ slots }: Program, states: readonly Int32Array[]): readonly SlotIndex[] {
  const first = states[0];
  const changes = (slot: SlotIndex): boolean => states.some((state) => at(state, slot) !== first?.[slot]);
  return slots.map((_, slot) => slotIndex(slot)).filter(changes);
}

/** Slots with the same writers, the largest group first. */
function groupsOf(program: Program, slots: readonly SlotIndex[]): readonly (readonly SlotIndex[])[] {
  const writers = new Map(slots.map((slot) => [slot, new Set<number>()]));
  for (const location of program.locations)
    for (const slot of slotsWritten(program, location)) writers.get(slot)?.add(location.actor);
  const groups = new Map<string, SlotIndex[]>();
  for (const [slot, actors] of writers) {
    const key = [...actors].sort().join();
    groups.set(key, [...(groups.get(key) ?? []), slot]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** For each state of the sample a number, by which parts of states are told apart. */
type Sums = Int32Array;

/** The hash of a part is the sum of its slots' hashes, so a split needs only a few additions for each state. */
function bestSplit(
  groups: readonly (readonly SlotIndex[])[],
  slots: readonly SlotIndex[],
  states: readonly Int32Array[],
): ReadonlySet<SlotIndex> {
  const hashes = new Map(
    slots.map((slot) => [slot, Int32Array.from(states, (state) => hashOf(slot, at(state, slot)))]),
  );
  const sumOf = (some: readonly SlotIndex[]): Sums =>
    some.reduce<Sums>((sum, slot) => plus(sum, entryOf(hashes, slot, "a slot")), new Int32Array(states.length));
  const whole = sumOf(slots);
  const different = differentCounter(states.length);
  const left = new Set<SlotIndex>();
  let sum: Sums = new Int32Array(states.length);
  let least = Number.POSITIVE_INFINITY;
  /** Takes the sum as that of the left parts, if fewer parts are different then. */
  const isBetter = (other: Sums): boolean => {
    const parts = different(other) + different(minus(whole, other));
    if (parts >= least) return false;
    [least, sum] = [parts, other];
    return true;
  };

  const several = groups.slice(0, mostGroups).map((group) => ({ group, sum: sumOf(group) }));
  // The last group is always on the right, because exchanging the sides changes nothing.
  for (let chosen = 0; chosen < 2 ** (several.length - 1); chosen++) {
    const on = several.filter((_, number) => (chosen >> number) % 2 === 1);
    if (!isBetter(on.reduce<Sums>((all, one) => plus(all, one.sum), new Int32Array(states.length)))) continue;
    left.clear();
    for (const slot of on.flatMap(({ group }) => group)) left.add(slot);
  }
  for (let round = 0, before = Number.NaN; round < mostRounds && before !== least; round++) {
    before = least;
    for (const [slot, own] of hashes)
      if (left.has(slot)) {
        if (isBetter(minus(sum, own))) left.delete(slot);
      } else if (isBetter(plus(sum, own))) left.add(slot);
  }
  return left;
}

function plus(one: Sums, other: Sums): Sums {
  return one.map((value, i) => value + at(other, i));
}

function minus(one: Sums, other: Sums): Sums {
  return one.map((value, i) => value - at(other, i));
}

/** Returns a function that counts the different numbers among `size`. Its table is not cleared between two calls. */
function differentCounter(size: number): (sums: Sums) => number {
  const mask = 2 ** Math.ceil(Math.log2(2 * size + 1)) - 1;
  const values = new Int32Array(mask + 1);
  const calls = new Int32Array(mask + 1);
  let call = 0;
  return (sums) => {
    call++;
    let count = 0;
    for (const sum of sums) {
      let slot = sum & mask;
      while (calls[slot] === call && values[slot] !== sum) slot = (slot + 1) & mask;
      if (calls[slot] !== call) count++;
      calls[slot] = call;
      values[slot] = sum;
    }
    return count;
  };
}
