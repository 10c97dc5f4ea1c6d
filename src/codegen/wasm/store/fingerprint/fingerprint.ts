/**
 * A state as 64 bits. Two multilinear hashes of 32 bits each (Lemire and Kaser, "Strongly universal string hashing is
 * fast", The Computer Journal 57 (11), 2014): a sum over the state's words, each multiplied by a key of 64 bits; the
 * upper half of the sum counts. If keys are chosen at random, any two different states have the same fingerprint with a
 * probability of 2^-64, even if the states are very similar. Hashes that mix words in rounds do not promise this.
 *
 * The keys come from a digest of their numbers, so they were not chosen by hand, and every run has the same keys.
 */
import { sha256Of } from "../../../../ir/sha256.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  and,
  type Effect,
  eqz,
  extendU,
  i32,
  i64,
  type Local,
  load32,
  mul,
  or,
  set,
  shl,
  shrU,
  sub,
  type Value,
  wrap,
  xor,
} from "../../encoder/instructions.ts";
import type { FunctionScope } from "../../encoder/module-builder.ts";

type I32 = Value<"i32">;

/** The stores that identify states by fingerprints while these are in memory, for two levels. */
export type FingerprintedName = "fingerprint" | "bitstate";

export interface Fingerprinter {
  /** The fingerprint of the state at an address; never 0. */
  readonly into: (fingerprint: Local<"i64">, state: I32) => readonly Effect[];
}

/** Made once in each function, because the locals are shared. */
export function fingerprinter(
  { stride, store: { fingerprintBits: bits } }: MemoryPlan<FingerprintedName>,
  scope: FunctionScope,
): Fingerprinter {
  const [low, word] = [scope.local("i64"), scope.local("i64")];
  return {
    into(fingerprint, state) {
      const effects: Effect[] = [set(fingerprint, i64(key(0))), set(low, i64(key(1)))];
      for (let at = 0; at < stride; at += 4) {
        effects.push(
          set(word, extendU(load32(state, at))),
          set(fingerprint, add(fingerprint, mul(word, i64(key(at / 2 + 2))))),
          set(low, add(low, mul(word, i64(key(at / 2 + 3))))),
        );
      }
      effects.push(
        set(fingerprint, or(and(fingerprint, i64(0xffffffff00000000n)), shrU(low, i64(32n)))),
        // Different fingerprints stay different. The lower bits choose the slot, and without this, sums of few keys
        // could crowd.
        set(fingerprint, xor(fingerprint, shrU(fingerprint, i64(32n)))),
        set(fingerprint, mul(fingerprint, i64(0x9e3779b97f4a7c15n))),
        set(fingerprint, xor(fingerprint, shrU(fingerprint, i64(29n)))),
      );
      if (bits < 64) effects.push(set(fingerprint, and(fingerprint, i64(2n ** BigInt(bits) - 1n))));
      // An empty slot is 0.
      effects.push(set(fingerprint, or(fingerprint, extendU(eqz(fingerprint)))));
      return effects;
    },
  };
}

function key(number: number): bigint {
  const { buffer, byteOffset } = sha256Of(`exclusive-check: fingerprint key ${number}`);
  return new DataView(buffer, byteOffset).getBigUint64(0, true);
}

/** The address of the slot at which the search for a fingerprint begins. `mask` is the table's size minus one. */
export function homeOf({ tableAt }: Pick<MemoryPlan, "tableAt">, fingerprint: Value<"i64">, mask: I32): I32 {
  return add(i32(tableAt), shl(and(wrap(fingerprint), mask), i32(3)));
}

export function slotAfter({ tableAt }: Pick<MemoryPlan, "tableAt">, slot: I32, mask: I32): I32 {
  const table = i32(tableAt);
  return add(table, and(add(sub(slot, table), i32(8)), shl(mask, i32(3))));
}
