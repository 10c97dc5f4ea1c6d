/** Entries of a device's page table and TLB. */
import { constant, type Expr, field, makeWord, type Operand } from "../../ir/expression.ts";
import { bool } from "../../ir/types.ts";
import type { Machine } from "./machine.ts";

/** Whether the device also loads and stores on its own, so that entries need a write bit beside the one for atomics. */
export const mapsOrdinarily = (machine: Pick<Machine, "uses">) => machine.uses("device_load", "device_store");

/** An entry for a page that the device has exclusively. The test driver does not let plain writes go through it. */
export function atomicEntry(machine: Machine, device: number, page: Operand): Expr {
  const write = machine.devices[device]?.driver !== "test_hmm";
  const entry = { valid: true, pfn: page, atomic: true };
  return makeWord(machine.types.deviceEntry, mapsOrdinarily(machine) ? { ...entry, write } : entry);
}

/** Whether an entry lets the device write, other than by atomics. */
export function mayWrite(machine: Machine, entry: Expr): Expr {
  return mapsOrdinarily(machine) ? field(entry, "write") : constant(0, bool);
}
