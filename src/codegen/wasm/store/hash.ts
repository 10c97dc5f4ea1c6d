/**
 * The hash of a whole state. The exact store and the search for traces use it, and compare whole states wherever hashes
 * are equal. The other stores keep a hash instead of the state: that one is in fingerprint/fingerprint.ts.
 */

import {
  type Effect,
  extendU,
  i64,
  type Local,
  load32,
  load64,
  mul,
  set,
  shrU,
  type Value,
  wrap,
  xor,
} from "../encoder/instructions.ts";

/**
 * A 64-bit multiply for each pair of words, with the high half folded back in between, so that every bit of the state
 * reaches both the low bits of the result (the table's slot) and the high ones (the entry's tag). The hash only makes
 * the search fast: states are compared in full.
 */
export function hashInto(hash: Local<"i64">, state: Value<"i32">, words: number): readonly Effect[] {
  const pairs: Value<"i64">[] = [];
  for (let word = 0; word < words; word += 2)
    pairs.push(word + 1 < words ? load64(state, word * 4) : extendU(load32(state, word * 4)));
  return hashPairs(hash, pairs);
}

export function hashPairs(hash: Local<"i64">, pairs: readonly Value<"i64">[]): readonly Effect[] {
  const effects = pairs.flatMap((pair, position) => [
    set(hash, mul(position === 0 ? pair : xor(hash, pair), i64(0x9e3779b97f4a7c15n))),
    set(hash, xor(hash, shrU(hash, i64(position === 0 ? 32n : 29n)))),
  ]);
  return [...effects, set(hash, mul(hash, i64(0xbf58476d1ce4e5b9n)))];
}

/** The 32 bits of the hash that the table uses. */
export function tableHash(hash: Local<"i64">): Value<"i32"> {
  return wrap(xor(hash, shrU(hash, i64(32n))));
}
