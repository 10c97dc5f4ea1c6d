/**
 * All threads enlarge the table of fingerprints, each a part
 * (src/codegen/wasm/store/fingerprint/fingerprint-growth.ts).
 */

import type { SearchFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import type { TwoLevelName } from "../../codegen/wasm/store/fingerprint/fingerprint.ts";
import type { GrowthFunctions } from "../../codegen/wasm/store/fingerprint/fingerprint-growth.ts";
import { passBarrier } from "../memory/barrier.ts";
import { get, type SharedMemory } from "../memory/shared-memory.ts";

/** The part after the old size was never written. False if the search was aborted. */
export function growFingerprints(
  shared: SharedMemory<TwoLevelName>,
  functions: GrowthFunctions & Pick<SearchFunctions, "setTableMask">,
  worker: number,
  oldEntries: number,
): boolean {
  const participants = get(shared, "participants");
  const turn = worker % participants;
  const boundary = (number: number): number => Math.floor((oldEntries / participants) * number);
  const wrapping = turn === 0 ? takeFirstRun(shared, oldEntries) : [];
  if (!passBarrier(shared, () => {})) return false;
  const [from, to] = [turn, turn + 1].map((number) => functions.firstEmpty(boundary(number), oldEntries)) as [
    number,
    number,
  ];
  // No thread moves a fingerprint before all know their part.
  if (!passBarrier(shared, () => {})) return false;
  functions.setTableMask(2 ** get(shared, "tableLog2") - 1);
  functions.rehash(from, to);
  if (!passBarrier(shared, () => {})) return false;
  for (const fingerprint of wrapping) functions.enter(fingerprint);
  return passBarrier(shared, () => {});
}

/** The run of slots that continues from the table's end at its start. No other run does. */
function takeFirstRun({ memory, plan }: SharedMemory, entries: number): readonly bigint[] {
  const table = new BigUint64Array(memory.buffer, plan.tableAt, entries);
  const end = table.indexOf(0n);
  const run = [...table.subarray(0, end)];
  table.fill(0n, 0, end);
  return run;
}
