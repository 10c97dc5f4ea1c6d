/**
 * A worker reads a slot of a table, and claims it if it is empty. Several workers do that at the same time, so both are
 * atomic. One worker alone takes plain loads and stores: after an atomic exchange, an x86 processor begins no load before the
 * exchange is done, so the waits of a batch would not overlap.
 */
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  atomicCompareExchange32,
  atomicLoad32,
  type Effect,
  i32,
  type Local,
  load32,
  set,
  store32,
  type Value,
} from "../encoder/instructions.ts";

type I32 = Value<"i32">;

export function readSlot({ workers }: MemoryPlan, slot: I32): I32 {
  return workers === 1 ? load32(slot) : atomicLoad32(slot);
}

/** Call this if `entry` is 0, as it was read. After that it is what another worker has put there meanwhile, or still 0. */
export function claimSlot({ workers }: MemoryPlan, slot: I32, value: I32, entry: Local<"i32">): Effect {
  return workers === 1 ? store32(slot, value) : set(entry, atomicCompareExchange32(slot, i32(0), value));
}
