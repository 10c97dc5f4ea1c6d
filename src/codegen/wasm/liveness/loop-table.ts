/** What is known of each location's loop of control flow, in a table in memory (src/ir/control-loops.ts). */
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import { add, and, i32, load16, shl, shrU, type Value } from "../encoder/instructions.ts";

type I32 = Value<"i32">;
type Table = Pick<MemoryPlan, "loopsAt">;

/** The number of the loop that the location is in; 0 if it is in none. */
export function loopAt(plan: Table, place: I32): I32 {
  return shrU(entryAt(plan, place), i32(2));
}

export function isHead(plan: Table, place: I32): I32 {
  return and(entryAt(plan, place), i32(1));
}

/** Not 0 if an actor can be there for ever while the others go on. */
export function mayLast(plan: Table, place: I32): I32 {
  return and(entryAt(plan, place), i32(2));
}

function entryAt({ loopsAt }: Table, place: I32): I32 {
  return load16(add(i32(loopsAt), shl(place, i32(1))));
}
