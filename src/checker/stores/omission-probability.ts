/** How probable it is that a search took a new state for one that it had seen. docs/internals/stores.md has the arguments. */
import { bitsOfState, lineBytes } from "../../memory/bitstate-plan.ts";

import { get, type SharedMemory } from "../memory/shared-memory.ts";

export interface Omissions {
  /** Upper bound on the probability that a state was missed; 0 for the exact store. */
  readonly omissionProbability: number;
  /** Of a filter's bits, how many are set; undefined where there is none. */
  readonly filled: number | undefined;
}

/**
 * With i states stored, the next one has one of their fingerprints with a probability of at most i / 2^bits; summed up
 * for i = 1 to n.
 */
export function collisionBound(states: number, fingerprintBits: number): number {
  return Math.min(1, (states * (states + 1)) / 2 ** (fingerprintBits + 1));
}

/** A filter takes a new state for seen as often as all bits of some state are set, at its end most often. */
export function filterOmissions(shared: SharedMemory<"bitstate">): Omissions {
  const states = get(shared, "states");
  const { filled, all } = sample(shared);
  const byFingerprints = collisionBound(states, shared.plan.store.fingerprintBits);
  return { omissionProbability: Math.min(1, byFingerprints + states * all), filled };
}

const sampledLines = 2 ** 16;

/** Lines are chosen by hashes, so some of them, evenly spread, speak for all. */
function sample({ memory, plan }: SharedMemory<"bitstate">): { readonly filled: number; readonly all: number } {
  const { filterAt, filterLines } = plan.store;
  const sampled = Math.min(filterLines, sampledLines);
  let [filled, all] = [0, 0];
  for (let i = 0; i < sampled; i++) {
    const line = Math.floor((filterLines / sampled) * i);
    const words = new Uint32Array(memory.buffer, filterAt + line * lineBytes, lineBytes / 4);
    const share = words.reduce((sum, word) => sum + ones(word), 0) / (lineBytes * 8);
    filled += share / sampled;
    all += share ** bitsOfState / sampled;
  }
  return { filled, all };
}

/** Bits that are set, added up in ever wider fields. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
