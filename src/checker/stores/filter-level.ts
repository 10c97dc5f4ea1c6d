/** Between two levels of a bitstate search: the table is cleared, and the states to expand next go into the filter. */
import { fingerprintEntryBytes } from "../../memory/fingerprint-plan.ts";
import { countUp, get, type SharedMemory, segment, tableEntries } from "../memory/shared-memory.ts";
import type { StoreThread } from "./store.ts";

/** Each thread does a part. */
export function filterLevel(shared: SharedMemory<"bitstate">, enter: StoreThread["enter"], worker: number): void {
  const { memory, plan } = shared;
  const participants = get(shared, "participants");
  const entries = tableEntries(shared);
  const share = Math.ceil(entries / participants);
  const from = Math.min(entries, share * (worker % participants));
  const to = Math.min(entries, from + share);
  new BigInt64Array(memory.buffer, plan.tableAt + from * fingerprintEntryBytes, to - from).fill(0n);
  const end = get(shared, "levelEnd");
  for (let claimed = countUp(shared, "reinsertClaim"); claimed < end; claimed = countUp(shared, "reinsertClaim")) {
    const { first, end: last } = segment(shared, claimed);
    enter(first, last);
  }
}
