/**
 * Chooses the part of a state that says to which rank it belongs. A hash of the whole state sends half of all successors
 * away if there are two ranks, and more if there are more. But most steps change few slots. So only some slots are hashed:
 * those that steps seldom change, with so many different values that each rank gets its share of the states.
 */
import { type Layout, maskOf } from "../../ir/layout.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { sampledWalks } from "../split/sampled-walks.ts";
import { hashOf } from "../split/slot-hash.ts";

const walks = 48;
/** Of each walk: how many steps are looked at, and how many states are compared with those of other walks. */
const stepsOfWalk = 24;
const statesOfWalk = 12;

/**
 * The standard deviation of the states of a rank, as a part of their number. With less, more states would be sent; with
 * more, ranks would wait longer for each other.
 */
const uneven = 0.07;

/** A slot that no step of the sample changes has a price too: a step that was not met may change it. */
const leastCost = 0.0005;

/** For each word of a state the bits that select its owner; the same at all ranks. */
export function ownerMasks(
  program: Program,
  layout: Layout,
  symmetries: readonly Symmetry[],
  size: number,
): readonly number[] {
  const masks = new Array<number>(layout.words).fill(0);
  if (size === 1) return masks;
  const slots = seldomChanged(sampledWalks(program, symmetries, walks), layout.fields.length, size);
  if (slots === undefined) return masks.fill(0xffffffff);
  for (const slot of slots) {
    const { word, shift, bits } = at(layout.fields, slot);
    masks[word] = (at(masks, word) | (maskOf(bits) << shift)) >>> 0;
  }
  return masks;
}

/** Some slots as one. */
interface Choice {
  /** By step of the sample: 1 if it changes them. */
  readonly changes: Uint8Array;
  /** By state of the sample: states with other values have other numbers. */
  readonly numbers: Int32Array;
  /** Of all steps, those that change them. */
  readonly cost: number;
  /** Of all pairs of states, those with the same values. */
  readonly alike: number;
}

/**
 * Adds one slot after the other: the one that adds the fewest steps that change any of them, for what it does to tell
 * states apart. Undefined if all slots together tell too few states apart.
 */
function seldomChanged(
  sample: readonly (readonly Int32Array[])[],
  slotCount: number,
  size: number,
): readonly number[] | undefined {
  const steps = sample.flatMap((states) => {
    const pairs = states.slice(1).map((to, before) => ({ from: at(states, before), to }));
    return someOf(pairs, stepsOfWalk);
  });
  // Walks have their first states in common and their last ones, as the small levels at both ends of a search.
  const compared = sample.map((states) =>
    someOf(states.slice(states.length / 4, (states.length * 3) / 4), statesOfWalk),
  );
  const states = compared.flat();
  const alikeIn = sharesOfPairs(compared.map(({ length }) => length));
  const left = new Map<number, Pick<Choice, "changes" | "numbers">>();
  for (let slot = 0; slot < slotCount; slot++) {
    if (states.every((state) => state[slot] === states[0]?.[slot])) continue;
    const changes = Uint8Array.from(steps, ({ from, to }) => (from[slot] === to[slot] ? 0 : 1));
    left.set(slot, { changes, numbers: Int32Array.from(states, (state) => hashOf(slot, wordAt(state, slot))) });
  }
  const chosen: number[] = [];
  let now: Choice = {
    changes: new Uint8Array(steps.length),
    numbers: new Int32Array(states.length),
    cost: 0,
    alike: 1,
  };
  while (now.alike * (size - 1) > uneven ** 2) {
    let best: (Choice & { readonly slot: number }) | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const [slot, own] of left) {
      const more = together(now, own);
      const alike = alikeIn(more.numbers);
      const price = (more.cost - now.cost + leastCost) / Math.log(now.alike / alike);
      if (!(alike < now.alike && price < lowest)) continue;
      lowest = price;
      best = { ...more, alike, slot };
    }
    if (best === undefined) return undefined;
    now = best;
    chosen.push(best.slot);
    left.delete(best.slot);
  }
  return chosen;
}

function someOf<Item>(items: readonly Item[], count: number): readonly Item[] {
  return items.filter((_, position) => position % Math.ceil(items.length / count) === 0);
}

function together(one: Choice, other: Pick<Choice, "changes" | "numbers">): Omit<Choice, "alike"> {
  const changes = new Uint8Array(one.changes.length);
  let changed = 0;
  for (let step = 0; step < changes.length; step++) {
    const change = wordAt(one.changes, step) | wordAt(other.changes, step);
    changes[step] = change;
    changed += change;
  }
  const numbers = new Int32Array(one.numbers.length);
  for (let state = 0; state < numbers.length; state++)
    numbers[state] = wordAt(one.numbers, state) + wordAt(other.numbers, state);
  return { changes, numbers, cost: changed / Math.max(1, changes.length) };
}

/**
 * Gives a function that tells which share of the pairs of states of different walks have the same number. States of the
 * same walk do not count: they look alike because one follows the other.
 */
function sharesOfPairs(lengths: readonly number[]): (numbers: Int32Array) => number {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const pairs = total ** 2 - lengths.reduce((sum, length) => sum + length ** 2, 0);
  return (numbers) => {
    const ofAll = new Map<number, number>();
    let ofSameWalk = 0;
    let from = 0;
    for (const length of lengths) {
      const ofWalk = new Map<number, number>();
      for (const number of numbers.subarray(from, from + length)) countIn(ofWalk, number, 1);
      for (const [number, count] of ofWalk) {
        ofSameWalk += count ** 2;
        countIn(ofAll, number, count);
      }
      from += length;
    }
    let all = 0;
    for (const count of ofAll.values()) all += count ** 2;
    return (all - ofSameWalk) / pairs;
  };
}

function countIn(counts: Map<number, number>, number: number, more: number): void {
  counts.set(number, (counts.get(number) ?? 0) + more);
}
