/**
 * Most memory of a search is written once, from low addresses to high ones. At the first write to each page the system
 * stops the thread and provides the page. To ask for many pages in advance takes a small part of that time.
 */
import type { SupplyPages } from "./memory/reserve-memory.ts";
import { get } from "./memory/shared-memory.ts";
import type { Store } from "./stores/store.ts";

/** With less memory a search ends before the answer to "can the system be asked?" has paid. */
const leastBytes = 2 ** 23;

/** Pages for so many states, and for this share of the states that there are, are asked for in advance. */
const leastAhead = 2 ** 17;
const shareAhead = 1 / 32;

/** Fewer bytes are left to a later call. */
const leastPiece = 2 ** 18;

/**
 * Call the result from time to time, on the main thread, while the search goes on. `supplier` is asked at most once;
 * undefined: the system cannot be asked.
 */
export function pageSupply(
  store: Store,
  supplier: (() => Promise<SupplyPages | undefined>) | undefined,
): () => Promise<void> {
  const { shared } = store;
  /** By the start of a range. */
  const suppliedTo = new Map<number, number>();
  let asked: Promise<SupplyPages | undefined> | undefined;
  // Large pages need no supply.
  if (supplier === undefined || shared.banks.length > 0) return async () => {};
  return async () => {
    if (asked === undefined && store.bytesInUse() < leastBytes) return;
    asked ??= supplier();
    const supply = await asked;
    if (supply === undefined) return;
    const ahead = Math.max(leastAhead, Math.ceil(get(shared, "states") * shareAhead));
    for (const [from, to] of store.usedRanges(ahead)) {
      const start = suppliedTo.get(from) ?? from;
      if (to - start < leastPiece) continue;
      suppliedTo.set(from, to);
      supply(shared.memory, start, to);
    }
  };
}
