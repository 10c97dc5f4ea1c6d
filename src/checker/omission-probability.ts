/** How probable it is that a search took a new state for one that it had seen. docs/internals/stores.md has the arguments. */
import { bitsOfState, lineBytes } from "../codegen/wasm/store/bit-filter.ts";
import type { Filter } from "../memory/memory-map.ts";
import { get, type SharedMemory } from "./memory/shared-memory.ts";

export interface Omissions {
  /** Upper bound on the probability that a state was missed; 0 for the exact store. */
  readonly omissionProbability: number;
  /** Of a filter's bits, how many are set; undefined where there is none. */
  readonly filled: number | undefined;
}

/**
 * With i states stored, the next one has one of their fingerprints with a probability of at most i / 2^bits; summed up
 * for i = 1 to n. A filter takes a new state for seen as often as all bits of some state are set, at its end most often.
 */
export function omissionsOf(shared: SharedMemory): Omissions {
  const { recycling } = shared.plan;
  const states = get(shared, "states");
  if (recycling === undefined) return { omissionProbability: 0, filled: undefined };
  const { fingerprintBits, filter } = recycling;
  const byFingerprints = (states * (states + 1)) / 2 ** (fingerprintBits + 1);
  if (filter === undefined) return { omissionProbability: Math.min(1, byFingerprints), filled: undefined };
  const { filled, all } = sample(shared, filter);
  return { omissionProbability: Math.min(1, byFingerprints + states * all), filled };
}

const sampledLines = 2 ** 16;

/** Lines are chosen by hashes, so some of them, evenly spread, speak for all. */
function sample({ memory }: SharedMemory, { at, lines }: Filter): { readonly filled: number; readonly all: number } {
  const sampled = Math.min(lines, sampledLines);
  let [filled, all] = [0, 0];
  for (let i = 0; i < sampled; i++) {
    const line = Math.floor((lines / sampled) * i);
    const words = new Uint32Array(memory.buffer, at + line * lineBytes, lineBytes / 4);
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
