import type { SupplyPages } from "../memory/reserve-memory.ts";
import { loadMadvise } from "./madvise.ts";

/** MADV_POPULATE_WRITE of madvise(2), since Linux 5.14. */
const advice = 23;

/** Undefined if Linux cannot be asked. Nothing happens if it does not know the wish. */
export async function pageSupplier(): Promise<SupplyPages | undefined> {
  const madvise = await loadMadvise();
  return madvise && ((memory, from, to) => madvise(memory, from, to, advice));
}
