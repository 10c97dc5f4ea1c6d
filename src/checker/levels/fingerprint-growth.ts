/** All threads make the table of fingerprints larger, each some of it (src/codegen/wasm/store/fingerprint-growth.ts). */
import type { ModuleInstance } from "../memory/module-instance.ts";
import { get, type SharedMemory } from "../memory/shared-memory.ts";
import { passBarrier } from "./barrier.ts";

/** Beyond its old size nothing was ever written. False where the search was aborted. */
export function growFingerprints(
  shared: SharedMemory,
  instance: ModuleInstance,
  worker: number,
  oldEntries: number,
): boolean {
  const participants = get(shared, "participants");
  const turn = worker % participants;
  const boundary = (number: number): number => Math.floor((oldEntries / participants) * number);
  const wrapping = turn === 0 ? takeFirstRun(shared, oldEntries) : [];
  if (!passBarrier(shared, () => {})) return false;
  const [from, to] = [turn, turn + 1].map((number) => instance.firstEmpty(boundary(number), oldEntries)) as [
    number,
    number,
  ];
  // Nobody moves anything before all know their part.
  if (!passBarrier(shared, () => {})) return false;
  instance.setTableMask(2 ** get(shared, "tableLog2") - 1);
  instance.rehash(from, to);
  if (!passBarrier(shared, () => {})) return false;
  for (const fingerprint of wrapping) instance.enter(fingerprint);
  return passBarrier(shared, () => {});
}

/** The run that may have come over the table's end. Without it, no run does. */
function takeFirstRun({ memory, plan }: SharedMemory, entries: number): readonly bigint[] {
  const table = new BigUint64Array(memory.buffer, plan.tableAt, entries);
  const end = table.indexOf(0n);
  const run = [...table.subarray(0, end)];
  table.fill(0n, 0, end);
  return run;
}
