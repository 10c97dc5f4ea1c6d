/** Collapsing two pages to one folio that a PMD maps (mm/khugepaged.c): khugepaged and, since v6.1, MADV_COLLAPSE. */
import { and, type Expr, eq, field, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { type Context, ownerValue, type VmaOperation } from "../machine/context.ts";
import type { Machine, Vma } from "../machine/machine.ts";
import { copyPages } from "./collapse-copy.ts";
import { addressesOf, isNoneOrZero, isolatePages, isUnreferenced, userfaultfdArmed } from "./collapse-isolate.ts";
import { allocateFolio } from "./folio.ts";
import { faultInSwapped } from "./khugepaged.ts";
import { mmapReadLock, mmapReadUnlock, mmapWriteLock, mmapWriteUnlock, sayVma } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { putPage } from "./page.ts";
import { awaitPtl, isNone, isPresent, isZeroPage, pfn } from "./page-table.ts";
import { awaitReverseMap } from "./reverse-map.ts";
import { sayWhether } from "./say-whether.ts";
import { flushTlb } from "./tlb.ts";
import { markVma } from "./vma-lock.ts";

const file = "mm/khugepaged.c";

/**
 * hpage_collapse_scan_pmd() and collapse_huge_page(). The scan only decides whether to begin. It counts every entry that
 * is neither empty nor present as swapped out, exclusive entries included. A page that is locked or has other references
 * ends it, so that a collapse takes no page from a device while another page is pinned.
 */
export const collapseHugePage = procedure<VmaOperation>("collapse_huge_page", { file }, (k, { context, vma }) => {
  const { machine, mm } = context;
  const ptes = addressesOf(vma).map((va) => machine.pte(mm, va));
  const go = k.register("go", bool);
  const unmapped = k.register("unmapped", bool);
  const folio = k.register("folio", machine.types.page);
  k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
    mmapReadLock(k, context);
    k.set(go, revalidated(context, vma));
    sayRevalidated(k, context, { vma, go, lock: "reading" });
  });
  k.if(go, () =>
    k.step("hpage_collapse_scan_pmd", "under the PTL: looks for entries that cannot be collapsed", () => {
      awaitPtl(k, context, mm);
      k.set(unmapped, or(...ptes.map((pte) => and(not(isNone(pte)), not(isPresent(pte))))));
      k.set(go, scanned(context, vma, ptes));
      k.outcome("finds the entries", at(ptes, 0), "and", at(ptes, 1));
      k.if(
        go,
        () => k.outcome("goes on"),
        () => k.outcome("gives up"),
      );
    }),
  );
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
  k.if(not(go), () => k.return());
  k.step("alloc_charge_folio", "allocates the folio", () =>
    allocateFolio(k, context, folio, () => {
      k.outcome("gets no folio: gives up");
      k.set(go, false);
    }),
  );
  k.if(not(go), () => k.return());
  k.if(unmapped, () => swapIn(k, { context, vma, go }));
  k.if(go, () => underMmapLock(k, { context, vma, folio, go }));
  k.if(not(go), () => k.step("folio_put", "gives the folio back", () => putPage(k, context, folio)));
});

/** hugepage_vma_revalidate(), find_pmd_or_thp_or_none(): the VMA is there, and its PMD points to a page table. */
function revalidated({ machine, mm }: Context, vma: Vma): Expr {
  return and(machine.vmaMapped(mm, vma.index), machine.hasAnonVma(mm, vma), machine.pageTable(mm, vma));
}

function sayRevalidated(
  k: Recorder,
  { machine, mm }: Context,
  { vma, go, lock }: { readonly vma: Vma; readonly go: Expr; readonly lock: "reading" | "writing" },
): void {
  sayVma(k, lock, go, () =>
    k.if(
      machine.vmaMapped(mm, vma.index),
      () => k.outcome("finds nothing to collapse in the VMA"),
      () => k.outcome("finds no VMA"),
    ),
  );
}

/** Whether the scan goes on. Up to v6.14 a page that may be written to is needed. */
function scanned({ machine, mm }: Context, vma: Vma, ptes: readonly Expr[]): Expr {
  const armed = userfaultfdArmed(machine, mm, vma);
  const fits = ptes.map((pte) => {
    const hasPage = and(isPresent(pte), not(isZeroPage(machine, pte)));
    const empty = isNoneOrZero(machine, pte);
    return and(not(field(pte, "uffd_wp")), or(not(armed), not(empty)), or(not(hasPage), isIdle(machine, pfn(pte))));
  });
  const writable = machine.has("collapse-needs-writable")
    ? or(...ptes.map((pte) => and(isPresent(pte), field(pte, "write"))))
    : true;
  return and(...fits, writable);
}

/** Whether the page is unlocked, and nothing else refers to it. An actor that took it off its list has a reference. */
function isIdle(machine: Machine, page: Expr): Expr {
  return and(eq(machine.pageLock(page), 0), isUnreferenced(machine, page));
}

interface BegunCollapse extends VmaOperation {
  /** A register: whether the collapse goes on. */
  readonly go: Expr;
}

/**
 * __collapse_huge_page_swapin(): read faults at all entries that count as swapped out. If one of them fails or drops the
 * mmap lock, the collapse ends. v5.14 would take the lock again and go on, as a second call does here.
 */
function swapIn(k: Recorder, { context, vma, go }: BegunCollapse): void {
  const held = k.register("mmap_locked", bool);
  k.step("mmap_read_lock again", "takes the mmap lock for reading and looks up the VMA", () => {
    mmapReadLock(k, context);
    k.set(held, true);
    k.set(go, revalidated(context, vma));
    sayRevalidated(k, context, { vma, go, lock: "reading" });
  });
  for (const va of addressesOf(vma)) {
    k.if(go, () =>
      faultInSwapped(k, {
        context,
        va,
        dropped: () => {
          k.set(go, false);
          k.set(held, false);
        },
        failed: () => k.set(go, false),
      }),
    );
  }
  k.if(held, () => k.step("mmap_read_unlock again", "drops the mmap lock", () => mmapReadUnlock(k, context)));
}

/** The second half of collapse_huge_page(), with the mmap lock held for writing. `go` is false if there is no folio. */
function underMmapLock(k: Recorder, { context, vma, folio, go }: BegunCollapse & { readonly folio: Expr }): void {
  const { machine, mm } = context;
  const range = { first: vma.first, count: vma.count };
  const found = k.register("found", bool);
  const taken = addressesOf(vma).map((va) => k.register(`taken ${at(machine.addresses, va)}`, bool));
  k.step("mmap_write_lock", "takes the mmap lock for writing and looks up the VMA", () => {
    mmapWriteLock(k, context);
    k.set(found, revalidated(context, vma));
    k.set(go, found);
    sayRevalidated(k, context, { vma, go: found, lock: "writing" });
  });
  const change = () =>
    sayWhether(k, go, revalidated(context, vma), [
      ["marks the VMA as locked"],
      ["marks the VMA as locked, and finds nothing to collapse in it"],
    ]);
  if (machine.has("collapse-locks-vma")) markVma(k, context, { vma, go: found, change });
  k.if(go, () => {
    k.step("anon_vma_lock_write", "locks the reverse map for writing", () => {
      awaitReverseMap(k, context, vma);
      k.set(machine.anonVmaWriter(vma), ownerValue(context));
    });
    k.call(invalidateRangeStart, { context, event: "CLEAR", mm, ...range });
    k.step("pmdp_huge_get_and_clear", "empties the PMD: from here on page walks fault", () => {
      awaitPtl(k, context, mm);
      k.set(machine.pmdEmpty(mm, vma), true);
    });
    k.step("pmdp_collapse_flush", "flushes the range from the CPUs' TLBs", () =>
      flushTlb(k, machine, mm, vma.first, vma.count),
    );
    k.call(invalidateRangeEnd, { context, mm });
    isolatePages(k, { context, vma, go, taken });
    k.if(not(go), () =>
      k.step("pmd_populate", "lets the PMD point to the page table again", () => {
        awaitPtl(k, context, mm);
        k.set(machine.pmdEmpty(mm, vma), false);
      }),
    );
    k.step("anon_vma_unlock_write", "unlocks the reverse map", () => k.set(machine.anonVmaWriter(vma), 0));
    k.if(go, () => copyPages(k, { context, vma, folio, go, taken }));
  });
  k.step("mmap_write_unlock", "drops the mmap lock", () => mmapWriteUnlock(k, context));
}
