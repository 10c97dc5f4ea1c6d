/** MADV_FREE of memory that a PMD maps (mm/huge_memory.c). */
import { and, type Expr, eq, field, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { RangeOperation, VmaOperation } from "../machine/context.ts";
import { markPageLazyfree } from "./lru.ts";
import { beginSplit, finishSplit } from "./madvise-free-split.ts";
import { letGo, takeInHand, tryLockPage, unlockPage } from "./page.ts";
import { holdPtl, isMigration, none, pfn, releasePtl } from "./page-table.ts";
import { folioMapcount } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";
import { beginFreeing } from "./tracking.ts";

/**
 * madvise_free_huge_pmd(): true if the folio is given up as a whole. A folio that another process maps too, or whose
 * lock is taken, stays as it is. If only a part is given up, the folio is split, and the page table is walked next.
 * Read in
 * 5.14, 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5. They differ only in how they tell that another process maps
 * the folio: 6.8 asks for its first page alone (folio_estimated_sharers), all others are exact for such a folio.
 *
 * The flush at the end of the call (tlb_remove_pmd_tlb_entry) finds nothing, because pmdp_invalidate() has flushed.
 */
export const madviseFreeHugePmd = procedure<RangeOperation>(
  "madvise_free_huge_pmd",
  { file: "mm/huge_memory.c", returns: bool },
  (k, { context, vma, first, count }) => {
    const { machine, mm } = context;
    const page = k.register("page", machine.types.page);
    const go = k.register("go", bool);
    const huge = and(machine.pmdMapped(mm, vma), not(isMigration(machine.pte(mm, first))));
    const lookAtPmd = (found: () => void) =>
      k.step("pmd_trans_huge_lock", "under the PTL: checks whether a PMD maps a folio for this process alone", () => {
        k.await(or(eq(machine.ptl(mm), 0), not(huge)));
        k.set(go, false);
        k.if(huge, found, () => k.outcome("finds no PMD that maps a folio"));
      });
    // The model counts a mapping for each page.
    const unshared = eq(folioMapcount(machine, pfn(machine.pte(mm, first))), vma.count);
    if (count < vma.count) {
      const split = { context, vma, va: first, page, splits: go };
      lookAtPmd(() => beginSplit(k, split, unshared));
      k.if(go, () => finishSplit(k, split));
      k.return(false);
      return;
    }
    const cleans = k.register("cleans", bool);
    lookAtPmd(() => {
      k.set(page, pfn(machine.pte(mm, first)));
      k.set(go, unshared);
      k.set(cleans, or(...entriesOf({ context, vma }).map(isUsed)));
      k.if(
        go,
        () => {
          k.outcome("takes the PTL and finds the folio of", page, "mapped by this process alone");
          holdPtl(k, context, mm);
        },
        () => k.outcome("finds other mappings of the folio of", page, ": leaves it"),
      );
    });
    k.if(go, () => {
      k.step("folio_trylock", "takes the page lock if it is free, or else drops the PTL", () =>
        tryLockPage(k, context, page, () => {
          k.set(go, false);
          releasePtl(k, context, mm);
        }),
      );
      k.if(not(go), () => k.return(false));
      k.step("folio_clear_dirty", "clears the dirty flag", () => k.set(machine.pageDirty(page), false));
      k.step("folio_unlock", "unlocks the folio", () => unlockPage(k, context, page));
      k.if(cleans, () => cleanPmd(k, { context, vma }, page));
      k.step("folio_mark_lazyfree", "marks the folio if it is on a list of evictable pages; drops the PTL", () => {
        for (let va = first; va < first + count; va++) beginFreeing(k, context, va);
        markPageLazyfree(k, context, page);
        k.outcome("drops the PTL");
        releasePtl(k, context, mm);
      });
    });
    k.return(go);
  },
);

function entriesOf({ context: { machine, mm }, vma }: VmaOperation): readonly Expr[] {
  return Array.from({ length: vma.count }, (_, offset) => machine.pte(mm, vma.first + offset));
}

const isUsed = (pte: Expr): Expr => or(field(pte, "young"), field(pte, "dirty"));

/** The PTL is held. */
function cleanPmd(k: Recorder, { context, vma }: VmaOperation, page: Expr): void {
  const { machine, mm } = context;
  const entries = entriesOf({ context, vma }).map((pte, offset) => ({
    pte,
    old: k.register(`orig_pmd ${machine.addresses[vma.first + offset]}`, machine.types.pte),
  }));
  k.step("pmdp_invalidate", "invalidates the PMD", () => {
    for (const { pte, old } of entries) {
      k.set(old, pte);
      k.set(pte, none(machine));
      takeInHand(k, context, page);
    }
  });
  k.step("flush_pmd_tlb_range", "flushes the folio from the CPUs' TLBs", () =>
    flushTlb(k, machine, mm, vma.first, vma.count),
  );
  k.step("set_pmd_at", "writes the PMD again, old and clean", () => {
    for (const { pte, old } of entries) {
      k.set(pte, withFields(old, { young: false, dirty: false }));
      letGo(k, context, page);
    }
  });
}
