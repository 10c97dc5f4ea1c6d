/** Between two levels of a search with a filter: the table is cleared, and the states to expand next go into the filter. */

import type { ModuleInstance } from "../memory/module-instance.ts";
import { countUp, get, type SharedMemory, segment } from "../memory/shared-memory.ts";
import { passBarrier } from "./barrier.ts";
import { enterLevel, type Limits } from "./level-leader.ts";

/** False where the search was aborted. */
export function filterLevel(shared: SharedMemory, instance: ModuleInstance, worker: number, limits: Limits): boolean {
  const { memory, plan } = shared;
  const participants = get(shared, "participants");
  const entries = 2 ** get(shared, "tableLog2");
  const share = Math.ceil(entries / participants);
  const from = Math.min(entries, share * (worker % participants));
  const to = Math.min(entries, from + share);
  new BigInt64Array(memory.buffer, plan.tableAt + from * plan.entryBytes, to - from).fill(0n);
  const end = get(shared, "levelEnd");
  for (let claimed = countUp(shared, "reinsertClaim"); claimed < end; claimed = countUp(shared, "reinsertClaim")) {
    const { first, end: last } = segment(shared, claimed);
    instance.reinsert(first, last);
  }
  return passBarrier(shared, () => enterLevel(shared, limits));
}
