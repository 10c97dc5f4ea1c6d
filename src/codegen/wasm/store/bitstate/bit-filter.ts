/**
 * Bitstate hashing (Holzmann, "An analysis of bitstate hashing", Formal Methods in System Design 13 (3), 1998): for each
 * state, three bits in a large table are set. A state whose three bits are already set counts as seen. The bits of a
 * state are in one cache line (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters", 2007), so a
 * lookup waits for memory once.
 *
 * The filter changes only between levels. While a level is expanded, the fingerprints of the next level's states are in a
 * table of their own. So the speed of the threads decides nothing: every run misses the same states.
 */

import { type BitstatePlan, bitsOfState, lineBytes } from "../../../../memory/bitstate-plan.ts";
import {
  add,
  and,
  atomicOr32,
  drop,
  type Effect,
  i32,
  i64,
  type Local,
  load32,
  mul,
  set,
  shl,
  shrU,
  type Value,
  wrap,
} from "../../encoder/instructions.ts";

type I32 = Value<"i32">;

/** The address of a fingerprint's line, which the upper half of the fingerprint chooses. */
export function lineOf({ filterAt, filterLines }: BitstatePlan, fingerprint: Value<"i64">): I32 {
  const line = wrap(shrU(mul(shrU(fingerprint, i64(32n)), i64(BigInt(filterLines))), i64(32n)));
  return add(i32(filterAt), shl(line, i32(Math.log2(lineBytes))));
}

/** Whether all bits are set. `low` is the lower half of the fingerprint. */
export function isSeen(low: I32, line: I32): I32 {
  return Array.from({ length: bitsOfState }, (_, number) =>
    shrU(load32(wordOf(low, line, number)), bitOf(low, number)),
  ).reduce((all, one) => and(all, one), i32(1));
}

export function markSeen(
  plan: BitstatePlan,
  fingerprint: Local<"i64">,
  low: Local<"i32">,
  line: Local<"i32">,
): readonly Effect[] {
  return [
    set(low, wrap(fingerprint)),
    set(line, lineOf(plan, fingerprint)),
    ...Array.from({ length: bitsOfState }, (_, number) =>
      drop(atomicOr32(wordOf(low, line, number), shl(i32(1), bitOf(low, number)))),
    ),
  ];
}

/** For each of the three bits, nine bits of the fingerprint: four choose a word of the line, five a bit of the word. */
function wordOf(low: I32, line: I32, number: number): I32 {
  return add(line, and(shrU(low, i32(9 * number + 3)), i32(0x3c)));
}

function bitOf(low: I32, number: number): I32 {
  return and(shrU(low, i32(9 * number)), i32(31));
}
