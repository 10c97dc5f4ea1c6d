/** The probability that a search confused a new state with a known one. docs/internals/stores.md has the arguments. */
import { bitsOfState, lineBytes } from "../../memory/bitstate-plan.ts";

import { get, type SharedMemory } from "../memory/shared-memory.ts";

export interface Omissions {
  /** Upper bound on the probability that a state was missed; 0 for the exact store. */
  readonly omissionProbability: number;
  /** The fraction of a filter's bits that are set; undefined if there is no filter. */
  readonly filled: number | undefined;
}

/**
 * With i states stored, the next one has one of their fingerprints with a probability of at most i / 2^bits. The bound is
 * the sum of these for i = 1 to n.
 */
export function collisionBound(states: number, fingerprintBits: number): number {
  return Math.min(1, (states * (states + 1)) / 2 ** (fingerprintBits + 1));
}

/**
 * A filter confuses a new state with a known one if all its bits are set. At the end of a search this is most probable.
 */
export function filterOmissions(shared: SharedMemory<"bitstate">): Omissions {
  const states = get(shared, "states");
  const { filled, all } = sample(shared);
  const byFingerprints = collisionBound(states, shared.plan.store.fingerprintBits);
  return { omissionProbability: Math.min(1, byFingerprints + states * all), filled };
}

const sampledLines = 2 ** 16;

/** Hashes choose the lines, so a sample of evenly spaced lines represents all. */
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

/** The number of bits that are set, added up in fields of growing width. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
