/** The arithmetic of the table's entries. `mask` is the table's size minus one. See exact/exact-insertion.ts. */

import { add, and, i32, or, shl, sub, type Value, xor } from "../encoder/instructions.ts";

type I32 = Value<"i32">;

/** A table of 32-bit entries begins here. */
interface Table {
  readonly tableAt: number;
}

/** The address of the slot at which the search for a hash begins. */
export function slotOf({ tableAt }: Table, hash: I32, mask: I32): I32 {
  return add(i32(tableAt), shl(and(hash, mask), i32(2)));
}

export function nextSlot({ tableAt }: Table, slot: I32, mask: I32): I32 {
  const table = i32(tableAt);
  return add(table, and(add(sub(slot, table), i32(4)), shl(mask, i32(2))));
}

export function entryOf(hash: I32, index: I32, mask: I32): I32 {
  return or(and(hash, not(mask)), add(index, i32(1)));
}

/** Whether the entry certainly belongs to a state with another hash. */
export function tagsDiffer(entry: I32, hash: I32, mask: I32): I32 {
  return and(xor(entry, hash), not(mask));
}

export function indexOfEntry(entry: I32, mask: I32): I32 {
  return sub(and(entry, mask), i32(1));
}

function not(value: I32): I32 {
  return xor(value, i32(-1));
}
