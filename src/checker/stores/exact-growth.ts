import { exactEntryBytes } from "../../memory/exact-plan.ts";
import { passBarrier } from "../memory/barrier.ts";
import { clear } from "../memory/reused-memory.ts";
import { countUp, get, type SharedMemory, segment, tableEntries } from "../memory/shared-memory.ts";
import type { StoreThread } from "./store.ts";

/** All threads clear the table up to its old size (the rest was never written), and then enter all states again. */
export function growTable(
  shared: SharedMemory<"exact">,
  { functions, enter }: Pick<StoreThread, "functions" | "enter">,
  worker: number,
  oldEntries: number,
): boolean {
  const { memory, plan } = shared;
  const participants = get(shared, "participants");
  const share = Math.ceil(oldEntries / participants);
  const from = Math.min(oldEntries, share * (worker % participants));
  const to = Math.min(oldEntries, from + share);
  clear(memory, plan.tableAt + from * exactEntryBytes, plan.tableAt + to * exactEntryBytes);
  functions.setTableSize(tableEntries(shared));
  if (!passBarrier(shared, () => {})) return false;
  const segments = get(shared, "segments");
  for (let claimed = countUp(shared, "reinsertClaim"); claimed < segments; claimed = countUp(shared, "reinsertClaim")) {
    const { first, end } = segment(shared, claimed);
    enter(first, end);
  }
  return passBarrier(shared, () => {});
}
