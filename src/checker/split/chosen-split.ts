/**
 * Chooses which bits of a state are its left part in the tree store, so that there are few different parts. It tries
 * splits on a sample of states. Slots that the same actors write mostly change together. So whole groups of them are
 * tried on either side first, then single slots.
 */
import { slotsWritten } from "../../codegen/analysis/footprint.ts";
import { type SlotIndex, slotIndex } from "../../ir/indices.ts";
import { type Layout, maskOf } from "../../ir/layout.ts";
import { at } from "../../ir/lookup.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { sampledStates } from "./sampled-states.ts";

/** More states choose hardly better, and take longer than many a search. */
const sampleSize = 2000;

/** All combinations of so many groups are tried: the largest. The other groups begin on the right. */
const mostGroups = 8;
/** How often every slot is tried on its other side. */
const mostRounds = 3;

/** For each word of a state, the bits that are in the left part. */
export function chosenSplit(program: Program, layout: Layout, symmetries: readonly Symmetry[]): readonly number[] {
  const states = sampledStates(program, symmetries, sampleSize);
  const slots = changingSlots(program, states);
  const left = bestSplit(groupsOf(program, slots), slots, partCounter(states, slots));
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

type Slots = ReadonlySet<SlotIndex>;

function bestSplit(
  groups: readonly (readonly SlotIndex[])[],
  slots: readonly SlotIndex[],
  partsOf: (left: Slots) => number,
): Slots {
  let left: Slots = new Set();
  let least = Number.POSITIVE_INFINITY;
  const attempt = (split: Slots): void => {
    const parts = partsOf(split);
    if (parts < least) [least, left] = [parts, split];
  };
  const several = groups.slice(0, mostGroups);
  // The last group is always on the right, because exchanging the sides changes nothing.
  for (let chosen = 0; chosen < 2 ** (several.length - 1); chosen++)
    attempt(new Set(several.filter((_, number) => (chosen >> number) % 2 === 1).flat()));
  for (let round = 0, before = Number.NaN; round < mostRounds && before !== least; round++) {
    before = least;
    for (const slot of slots) attempt(new Set(left.has(slot) ? without(left, slot) : [...left, slot]));
  }
  return left;
}

function without(slots: Slots, slot: SlotIndex): readonly SlotIndex[] {
  return [...slots].filter((other) => other !== slot);
}

/** Returns a function that counts the different parts of the sample on both sides. */
function partCounter(states: readonly Int32Array[], slots: readonly SlotIndex[]): (left: Slots) => number {
  const hashes = slots.map((slot) => Int32Array.from(states, (state) => hashOf(slot, at(state, slot))));
  const different = (left: Slots, isLeft: boolean): number => {
    // A part's hash is the sum of its slots' hashes, so it is quickly made for every split.
    const sums = new Int32Array(states.length);
    for (const [position, slot] of slots.entries()) {
      if (left.has(slot) !== isLeft) continue;
      const own = at(hashes, position);
      for (let i = 0; i < sums.length; i++) sums[i] = at(sums, i) + at(own, i);
    }
    return new Set(sums).size;
  };
  return (left) => different(left, true) + different(left, false);
}

/** Two rounds of multiplying and folding spread a slot and its value over 32 bits. */
function hashOf(slot: number, value: number): number {
  const begun = Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(value + 1, 0x85ebca6b);
  const folded = Math.imul(begun ^ (begun >>> 15), 0x2c1b3c6d);
  const again = Math.imul(folded ^ (folded >>> 12), 0x297a2d39);
  return again ^ (again >>> 15);
}
