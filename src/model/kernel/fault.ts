/** Page faults (arch/x86/mm/fault.c, mm/memory.c). */

import { and, constant, type Expr, eq, field, isConstant, ne, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { hasDeviceMemory } from "../machine/device-memory.ts";
import { type Vma, vmaAt } from "../machine/machine.ts";
import { hasMigrationEntries } from "../machine/migration-entries.ts";
import { hasMarkers, isAsync, usesUserfaultfd } from "../machine/userfaultfd.ts";
import { doAnonymousPage } from "./anon-page.ts";
import { doWpPage, faultResult, wpPageCopy } from "./cow.ts";
import { doDevicePrivate } from "./device-private.ts";
import { type FaultLock, isUnderVmaLock } from "./fault-lock.ts";
import { mapFilePage } from "./filemap.ts";
import { handleUserfault } from "./handle-userfault.ts";
import { doHugePmdWpPage } from "./huge-memory.ts";
import { migrationEntryWait } from "./migration-entry.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { forgetName, nameWithoutReference } from "./page.ts";
import {
  awaitPtl,
  isDevicePrivate,
  isExclusive,
  isHwpoison,
  isMarker,
  isMigration,
  isNone,
  isPresent,
  isSwap,
  none,
  pfn,
  sayChanged,
} from "./page-table.ts";
import { removeDeviceExclusiveEntry } from "./remove-device-exclusive.ts";
import { fatalSignalPending, mayBeKilled, sayFatalSignal } from "./signal.ts";
import { doSwapPage } from "./swap-in.ts";
import { beginWriting, endWriting } from "./tracking.ts";
import { vmaEndRead, vmaStartRead } from "./vma-lock.ts";

export interface Fault {
  readonly context: Context;
  readonly va: number;
  readonly write: boolean;
}

/** do_user_addr_fault(): false if the access ends in a signal. */
export const doUserAddrFault = procedure<Fault>(
  "do_user_addr_fault",
  { file: "arch/x86/mm/fault.c", returns: bool },
  (k, fault) => {
    const { context, va, write } = fault;
    const { machine, mm } = context;
    const vma = vmaAt(machine, va);
    const tried = k.register("tried", bool);
    const bad = k.register("bad_area", bool);
    const lock = machine.vmaLock(mm, vma);
    const underVmaLock = lock === undefined ? constant(0, bool) : k.register("under_vma_lock", bool);
    const allowed = write ? machine.vmaWrite(mm, vma) : or(vma.readable, machine.vmaWrite(mm, vma));
    k.set(tried, false);
    if (lock !== undefined)
      k.step("lock_vma_under_rcu", "takes the lock of the VMA for reading, if that is possible at once", () =>
        vmaStartRead(k, context, lock, { serves: and(allowed, servesFaults(context, vma)), locked: underVmaLock }),
      );
    k.loop(() => {
      k.if(not(underVmaLock), () => {
        k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
          k.set(bad, or(not(machine.vmaMapped(mm, vma.index)), not(allowed)));
          mmapReadLock(k, context);
          sayVma(k, "reading", not(bad), () => k.outcome("finds no VMA that allows the access"));
        });
        k.if(bad, () => {
          k.step("bad_area", "drops the mmap lock; SIGSEGV", () => {
            mmapReadUnlock(k, context);
            if (write) endWriting(k, context);
          });
          k.return(false);
        });
      });
      const mayRetry = or(underVmaLock, not(tried));
      const result = k.call(handleMmFault, { ...fault, underVmaLock, mayRetry, killable: true, byGup: false });
      const major = lock === undefined ? false : eq(result, "major");
      k.if(or(eq(result, "retry"), major), () => {
        if (mayBeKilled(machine)) {
          k.step("fault_signal_pending", "gives up if the process is exiting", () => {
            k.set(bad, fatalSignalPending(context));
            sayFatalSignal(k, bad);
            if (write) k.if(fatalSignalPending(context), () => endWriting(k, context));
          });
          k.if(bad, () => k.return(false));
        }
        // After a try under the lock of the VMA, the first try under the mmap lock is still to come.
        k.set(tried, or(not(underVmaLock), major));
        if (lock !== undefined) k.set(underVmaLock, false);
        k.continue();
      });
      const failed = () => {
        if (write) k.if(ne(result, "done"), () => endWriting(k, context));
      };
      k.if(
        underVmaLock,
        () =>
          k.step("vma_end_read", "drops the lock of the VMA", () => {
            if (lock !== undefined) vmaEndRead(k, context, lock);
            failed();
          }),
        () =>
          k.step("mmap_read_unlock", "drops the mmap lock", () => {
            mmapReadUnlock(k, context);
            failed();
          }),
      );
      k.return(eq(result, "done"));
    });
  },
);

/** In 6.4, lock_vma_under_rcu() wants anonymous memory that has an anon_vma and is not armed by userfaultfd. */
function servesFaults({ machine, mm }: Context, vma: Vma): Expr {
  if (machine.has("vma-lock-serves-all-faults")) return constant(1, bool);
  const armed = usesUserfaultfd(machine) ? machine.userfaultfd(mm, vma) : false;
  return and(vma.backing === "anonymous", machine.hasAnonVma(mm, vma), not(armed));
}

export interface MmFault extends Fault, FaultLock {
  /**
   * Whether the fault may drop the mmap lock and be tried again (FAULT_FLAG_ALLOW_RETRY set and FAULT_FLAG_TRIED not
   * set).
   */
  readonly mayRetry: Expr;
  /** The fault comes from a CPU, so a fatal signal ends its waits (FAULT_FLAG_KILLABLE). */
  readonly killable?: boolean;
  /** get_user_pages without FOLL_UNLOCKABLE: the mmap lock is never dropped. */
  readonly byGup: boolean;
  /** A read fault that gives the mapping a page of its own if the page may be shared (FAULT_FLAG_UNSHARE). */
  readonly unshare?: boolean;
  /** The device whose driver called get_user_pages, if any. */
  readonly owner?: number | undefined;
}

/** What changes a PMD that maps a folio: it write-protects it, and makes it invalid for a moment (pmdp_invalidate). */
const changesPmds = [
  "uffd_wp",
  "uffd_resolve",
  "pagemap_scan",
  "mprotect_read",
  "mprotect_write",
  "clear_refs",
] as const;

/** What write-protects a folio that a PMD maps. */
const protectsFolios = ["fork", ...changesPmds] as const;

/** What makes a PMD invalid for a moment, under the page-table lock, but not empty. */
const invalidatesPmds = ["madvise_free", "migrate", "reclaim", ...changesPmds] as const;

/** handle_mm_fault(), for a mapping of small pages: handle_pte_fault(). The mmap lock is held for reading. */
export const handleMmFault = procedure<MmFault>(
  "handle_pte_fault",
  { file: "mm/memory.c", returns: faultResult },
  (k, fault) => {
    const { context, va, write, mayRetry, killable = false, byGup, unshare = false, owner } = fault;
    const underVmaLock = isUnderVmaLock(fault);
    const { machine, mm } = context;
    const pte = machine.pte(mm, va);
    const orig = k.register("orig_pte", machine.types.pte);
    const userfaultfd = hasMarkers(machine) ? machine.userfaultfd(mm, vmaAt(machine, va)) : constant(1, bool);
    const monitored = isConstant(userfaultfd) ? userfaultfd : k.register("vma_userfaultfd", bool);
    const vma = vmaAt(machine, va);
    const mayBeInvalid = vma.pmdMappable && machine.uses(...invalidatesPmds);
    const invalid = mayBeInvalid ? k.register("invalid_pmd", bool) : constant(0, bool);
    k.step("read orig_pte", "reads the entry without the PTL", () => {
      k.outcome("reads the entry", pte, "without the PTL");
      // The fault would fill the empty PMD with a page table of its own.
      if (machine.uses("collapse"))
        k.assert(not(machine.pmdEmpty(mm, vmaAt(machine, va))), "collapse_huge_page: BUG_ON(!pmd_none(*pmd))");
      k.set(orig, pte);
      if (mayBeInvalid) k.set(invalid, and(isNone(pte), machine.pmdMapped(mm, vma)));
      if (machine.uses("memory_failure"))
        k.if(isHwpoison(pte), () => k.outcome("finds that the memory of the page has failed: SIGBUS"));
      k.if(or(isExclusive(pte), isDevicePrivate(pte)), () => nameWithoutReference(k, context, pfn(pte)));
      if (write) beginWriting(k, context, va);
      if (!isConstant(userfaultfd)) k.set(monitored, userfaultfd);
    });
    if (mayBeInvalid)
      k.if(invalid, () => {
        k.step("huge_pmd_set_accessed", "waits for the PTL and finds the PMD changed: the access is tried again", () =>
          awaitPtl(k, context, mm),
        );
        k.return("done");
      });
    // "migrate_to_ram is not yet ready to operate under VMA lock": every version leaves such a fault to the mmap lock.
    const servesAll = machine.has("vma-lock-serves-all-faults");
    const refuses = servesAll ? isDevicePrivate(orig) : not(or(isNone(orig), isPresent(orig)));
    k.if(and(underVmaLock, refuses), () => leaveToMmapLock(k, fault));
    if (hasMarkers(machine)) k.if(isMarker(orig), () => handlePteMarker(k, fault, { orig, monitored }));
    k.if(isNone(orig), () => mapNewPage(k, fault, orig));
    k.if(isExclusive(orig), () => {
      const retry = k.call(removeDeviceExclusiveEntry, { context, va, underVmaLock, orig, mayRetry, killable, owner });
      k.if(retry, () => k.return("retry"));
      k.return("done");
    });
    if (hasMigrationEntries(machine)) {
      k.if(isMigration(orig), () => {
        k.call(migrationEntryWait, { context, va, orig });
        k.return("done");
      });
    }
    if (hasDeviceMemory(machine))
      k.if(isDevicePrivate(orig), () => k.return(k.call(doDevicePrivate, { context, va, orig })));
    if (machine.swapSlots > 0)
      k.if(isSwap(orig), () =>
        k.return(k.call(doSwapPage, { context, va, underVmaLock, write, orig, mayRetry, killable })),
      );
    if (machine.uses("memory_failure")) k.if(isHwpoison(orig), () => k.return("signal"));
    if (write || unshare) {
      k.if(not(field(orig, "write")), () => {
        if (vmaAt(machine, va).pmdMappable && machine.uses(...protectsFolios))
          k.if(k.call(doHugePmdWpPage, { context, va, orig, unshare }), () => k.return("done"));
        const outcome = k.call(doWpPage, { context, va, orig, byGup, unshare });
        if (write)
          k.if(eq(outcome, "userfault"), () => {
            if (byGup) k.return("signal");
            else {
              k.call(handleUserfault, { context, va, underVmaLock });
              k.return("retry");
            }
          });
        if (isAsync(machine, vmaAt(machine, va)))
          k.if(eq(outcome, "unmarked"), () => {
            k.set(orig, withFields(orig, { uffd_wp: false }));
            k.set(outcome, "copy");
          });
        k.if(eq(outcome, "copy"), () => k.return(k.call(wpPageCopy, { context, va, underVmaLock, orig, unshare })));
        k.return("done");
      });
    }
    k.step("ptep_set_access_flags", "if the entry is unchanged: marks it young, and also dirty for a write", () => {
      awaitPtl(k, context, mm);
      k.if(
        and(eq(pte, orig), isPresent(pte)),
        () => {
          k.outcome(write ? "marks the entry young and dirty" : "marks the entry young");
          k.set(pte, withFields(orig, write ? { young: true, dirty: true, soft_dirty: true } : { young: true }));
        },
        () => sayChanged(k, pte),
      );
    });
    k.return("done");
  },
);

/**
 * do_swap_page() under the lock of a VMA: an entry that is not present is left to the fault's next try. The kernel first
 * looks whether the entry is unchanged; a fault that ends because it is not has done nothing either.
 */
function leaveToMmapLock(k: Recorder, { context, va }: MmFault): void {
  const lock = context.machine.vmaLock(context.mm, vmaAt(context.machine, va));
  k.step("do_swap_page under the VMA lock", "drops the lock of the VMA: the next try takes the mmap lock", () => {
    if (lock !== undefined) vmaEndRead(k, context, lock);
    forgetName(k, context);
  });
  k.return("retry");
}

/** handle_pte_marker(): userfaultfd's markers mean nothing in a VMA that it does not monitor. Ends the fault. */
function handlePteMarker(
  k: Recorder,
  fault: MmFault,
  { orig, monitored }: { readonly orig: Expr; readonly monitored: Expr },
): void {
  const { machine, mm } = fault.context;
  const pte = machine.pte(mm, fault.va);
  const clear = () => {
    k.step("pte_marker_clear", "empties the entry if it is unchanged: the access is tried again", () => {
      awaitPtl(k, fault.context, mm);
      k.if(
        eq(pte, orig),
        () => k.set(pte, none(machine)),
        () => sayChanged(k, pte),
      );
    });
    k.return("done");
  };
  k.if(monitored, () => mapNewPage(k, fault, orig), clear);
}

/** do_anonymous_page() or, in a file mapping, do_fault(). Ends the fault. */
function mapNewPage(k: Recorder, fault: MmFault, orig: Expr): void {
  const vma = vmaAt(fault.context.machine, fault.va);
  if (vma.backing === "private-file") k.return(k.call(mapFilePage, fault));
  else k.return(k.call(doAnonymousPage, { ...fault, orig }));
}
