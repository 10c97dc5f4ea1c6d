/** Whether an entry of the scenario may be a migration entry. */
import { movesPages } from "./device-memory.ts";
import { hasLargeFolios, type Machine } from "./machine.ts";

type Splitting = Pick<Machine, "uses" | "vmas" | "swapSlots">;

/** Reclaim, MADV_FREE and memory_failure() split large folios. */
const splitsFolios = ({ uses, vmas, swapSlots }: Splitting): boolean =>
  hasLargeFolios({ vmas }) && (uses("madvise_free", "memory_failure") || (uses("reclaim") && swapSlots > 0));

export const hasMigrationEntries = (machine: Splitting & Pick<Machine, "devices">): boolean =>
  movesPages(machine) || splitsFolios(machine);
