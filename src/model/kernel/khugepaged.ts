/** What khugepaged does to entries that it takes to be swapped-out pages (mm/khugepaged.c). */
import { constant, eq, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { hasDeviceMemory } from "../machine/device-memory.ts";
import { vmaAt } from "../machine/machine.ts";
import { hasMigrationEntries } from "../machine/migration-entries.ts";
import { doDevicePrivate } from "./device-private.ts";
import { migrationEntryWait } from "./migration-entry.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { nameWithoutReference } from "./page.ts";
import { isDevicePrivate, isExclusive, isHwpoison, isMigration, isSwap, pfn } from "./page-table.ts";
import { removeDeviceExclusiveEntry } from "./remove-device-exclusive.ts";
import { doSwapPage } from "./swap-in.ts";

interface SwappedEntry {
  readonly context: Context;
  readonly va: number;
}

/**
 * __collapse_huge_page_swapin() for one address: khugepaged makes a read fault itself. hpage_collapse_scan_pmd() counts
 * every entry that is not present, exclusive entries included, as swapped out and accepts some of them. So khugepaged
 * takes pages away from devices although no thread has touched them. collapse.ts has the collapse itself.
 */
export const khugepagedSwapin = procedure<SwappedEntry>(
  "__collapse_huge_page_swapin",
  { file: "mm/khugepaged.c" },
  (k, { context, va }) => {
    const { machine, mm } = context;
    const vma = vmaAt(machine, va);
    const mapped = k.register("mapped", bool);
    k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
      mmapReadLock(k, context);
      k.set(mapped, machine.vmaMapped(mm, vma.index));
      sayVma(k, "reading", mapped);
    });
    k.if(mapped, () => faultInSwapped(k, { context, va, dropped: () => k.return(), failed: () => {} }));
    k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
  },
);

/**
 * do_swap_page() by khugepaged. `dropped`: the fault has dropped the mmap lock, and is not tried again. `failed`: there
 * is no memory for a page that is swapped out or in the memory of a device, or the memory of the page has failed.
 */
export function faultInSwapped(
  k: Recorder,
  { context, va, dropped, failed }: SwappedEntry & { readonly dropped: () => void; readonly failed: () => void },
): void {
  const { machine, mm } = context;
  const pte = machine.pte(mm, va);
  const orig = k.register(`orig_pte ${at(machine.addresses, va)}`, machine.types.pte);
  k.step(`read orig_pte ${at(machine.addresses, va)}`, "reads the entry without the PTL", () => {
    k.outcome("reads the entry", pte, "without the PTL");
    k.set(orig, pte);
    k.if(or(isExclusive(pte), isDevicePrivate(pte)), () => nameWithoutReference(k, context, pfn(pte)));
  });
  k.if(isExclusive(orig), () => {
    const retry = k.call(removeDeviceExclusiveEntry, {
      context,
      va,
      orig,
      mayRetry: constant(1, bool),
      killable: false,
    });
    k.if(retry, dropped);
  });
  if (hasDeviceMemory(machine))
    k.if(isDevicePrivate(orig), () => k.if(eq(k.call(doDevicePrivate, { context, va, orig }), "signal"), failed));
  if (hasMigrationEntries(machine)) k.if(isMigration(orig), () => k.call(migrationEntryWait, { context, va, orig }));
  if (machine.uses("memory_failure")) k.if(isHwpoison(orig), failed);
  if (machine.swapSlots > 0)
    k.if(isSwap(orig), () => {
      const mayRetry = constant(1, bool);
      const result = k.call(doSwapPage, { context, va, write: false, orig, mayRetry, killable: false });
      k.if(eq(result, "retry"), dropped);
      k.if(eq(result, "signal"), failed);
    });
}
