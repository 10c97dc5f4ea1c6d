/** Entries of a device's page table and TLB. */
import { constant, type Expr, field, makeWord, type Operand } from "../../ir/expression.ts";
import { bool } from "../../ir/types.ts";
import type { Machine } from "./machine.ts";
import { traitsOf } from "./traits-of.ts";

/**
 * Whether the device also makes plain loads and stores, so that entries need a write bit besides the one for atomics.
 */
export const mapsOrdinarily = (machine: Pick<Machine, "uses">) => machine.uses("device_load", "device_store");

/** An entry for a page to which the device has exclusive access. */
export function atomicEntry(machine: Machine, device: number, page: Operand): Expr {
  const entry = { valid: true, pfn: page, atomic: true };
  const { plainWritesWithAtomics: write } = traitsOf(machine, device);
  return makeWord(machine.types.deviceEntry, mapsOrdinarily(machine) ? { ...entry, write } : entry);
}

/** Whether an entry allows the device plain writes, that is, writes other than atomics. */
export function mayWrite(machine: Machine, entry: Expr): Expr {
  return mapsOrdinarily(machine) ? field(entry, "write") : constant(0, bool);
}
