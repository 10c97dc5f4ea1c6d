/**
 * All threads enlarge an open-addressing table in place, each a part of it.
 *
 * A run is a sequence of slots that are not empty. It holds only entries whose search begins in the same run, so a run
 * after an empty slot can be treated independently. From the first slot of a run to the last, each entry is removed and
 * put into the first empty slot from its new home on. That slot is either in its own run and not after the old slot, or
 * at the same distance from the start of one of the new parts of the table, to which no other run moves entries.
 *
 * One run may continue from the last slot to the first. The slots at the start are treated when all others are done, so
 * that its entries too are moved from the first to the last. Those whose new home is in the part of the run before the
 * last slot then find an empty slot after it, or, from the end of the new table on, at the latest their own old slot.
 */
import type { GrowthFunctions, SearchFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { passBarrier } from "../memory/barrier.ts";
import { get, type SharedMemory, tableEntries } from "../memory/shared-memory.ts";

/**
 * `tables` together have `oldEntries`, each as many as the others. The part of each after its old size was never written.
 * False if the search was aborted.
 */
export function growInPlace(
  shared: SharedMemory,
  { tables, setTableSize }: GrowingTables,
  worker: number,
  oldEntries: number,
): boolean {
  const participants = get(shared, "participants");
  const turn = worker % participants;
  const size = oldEntries / tables.length;
  const parts = tables.map(({ firstEmpty, rehash }) => {
    const boundary = (number: number): number => firstEmpty(Math.floor((size / participants) * number), size);
    return { rehash, start: boundary(0), from: boundary(turn), to: boundary(turn + 1) };
  });
  // No thread moves an entry before all know their part.
  if (!passBarrier(shared, () => {})) return false;
  setTableSize(tableEntries(shared));
  for (const { rehash, from, to } of parts) rehash(from, to, size - 1);
  if (!passBarrier(shared, () => {})) return false;
  if (turn === 0) for (const { rehash, start } of parts) rehash(0, start, size - 1);
  return passBarrier(shared, () => {});
}

export interface GrowingTables extends Pick<SearchFunctions, "setTableSize"> {
  readonly tables: readonly GrowthFunctions[];
}
