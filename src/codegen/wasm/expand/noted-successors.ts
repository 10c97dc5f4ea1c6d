/**
 * For `can-always-finish`: each state's greatest successor by index, noted while the search finds it. Nearly every state
 * can finish because that successor can. So after the search only a few states must be expanded again
 * (src/checker/livelock/first-livelocked.ts).
 */

import { ended } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import { add, type Effect, gtU, i32, load32, shl, store32, type Value, when } from "../encoder/instructions.ts";

type I32 = Value<"i32">;

/** `entry` is one more than the successor's index. Only the parent's worker writes its word. */
export function noteSuccessor({ notesAt }: MemoryPlan, parent: I32, entry: I32): readonly Effect[] {
  if (notesAt === undefined) return [];
  const at = add(i32(notesAt), shl(parent, i32(2)));
  return [when(gtU(entry, load32(at)), [store32(at, entry)])];
}

export function noteEnd({ notesAt }: MemoryPlan, state: I32): readonly Effect[] {
  return notesAt === undefined ? [] : [store32(add(i32(notesAt), shl(state, i32(2))), i32(ended))];
}
