/** Reclaim of a folio that a PMD maps and that MADV_FREE has marked (mm/huge_memory.c). */
import { add, and, constant, type Expr, eq, field, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import { mapByPageTable } from "./huge-memory.ts";
import { unlessFolioLocked } from "./mlocked.ts";
import { letGo, removeMapping, setAnonExclusive, setLazyfree, takeInHand } from "./page.ts";
import { holdPtl, isPresent, none, releasePtl } from "./page-table.ts";
import { assertNotMigrating, type MappedByPmd, pagesOf, putFolio, standsFor } from "./pmd-migration.ts";
import { folioMapcount, useVma } from "./reverse-map.ts";
import { takeFromRss } from "./rss.ts";
import { flushTlb } from "./tlb.ts";
import { forgetEntry } from "./tracking.ts";

/** `by_pte`: the page table is walked next, if there is one. `kept`: the PMD still maps the folio. */
export const unmappedPmd = enumeration("UnmappedPmd", ["by_pte", "discarded", "kept"]);

/** The entries that the PMD stands for, and registers for what was in them. */
type Entries = readonly { readonly va: number; readonly page: Expr; readonly pte: Expr; readonly old: Expr }[];

/**
 * What try_to_unmap_one() does if a PMD maps the folio. Since 6.11 it discards a clean folio as a whole
 * (unmap_huge_pmd_locked of 6.13.7, 6.14, 6.18.2 and 7.1.5). If it may not, 6.18.2 and later give up. 6.14 splits the
 * mapping then, as 6.1.192 to 6.8 and 6.12.117 always do (TTU_SPLIT_HUGE_PMD). 5.14 splits the folio before it comes
 * here.
 */
export const unmapLazyfreePmd = procedure<MappedByPmd>(
  "unmap_huge_pmd_locked",
  { file: "mm/huge_memory.c", returns: unmappedPmd },
  (k, mapping) => {
    const { context, mm, vma, page } = mapping;
    const { machine } = context;
    const outcome = k.register("outcome", unmappedPmd);
    const discards = machine.has("lazyfree-pmd-discarded-whole");
    const entries = pagesOf(mapping).map((each) => ({
      ...each,
      pte: machine.pte(mm, each.va),
      old: k.register(`orig_pmd ${machine.addresses[each.va]}`, machine.types.pte),
    }));
    const anyDirty = or(...entries.map(({ pte }) => field(pte, "dirty")));
    const note = discards ? "takes the PTL if a PMD maps the folio" : "under the PTL: splits a PMD that maps the folio";
    k.step("page_vma_mapped_walk", note, () => {
      k.await(or(eq(machine.ptl(mm), 0), not(machine.pmdMapped(mm, vma))));
      useVma(k, context, mm, mapping.va);
      k.set(outcome, "by_pte");
      if (!discards) assertNotMigrating(k, machine, { mm, vma });
      k.if(
        standsFor(machine, mapping, isPresent),
        () => {
          if (!discards) return splitPmd(k, mapping);
          const unlocked = unlessFolioLocked(k, machine, { mm, va: vma.first, page }, constant(1, bool));
          k.if(not(unlocked), () => {
            k.outcome("finds the VMA locked: leaves the folio of", page);
            k.set(outcome, "kept");
          });
          const dirty = or(machine.pageDirty(page), anyDirty);
          k.if(and(unlocked, dirty), () => {
            k.outcome("finds the folio of", page, "dirty");
            leaveMapped(k, mapping, { outcome, dirtied: anyDirty, redirtied: true });
          });
          k.if(and(unlocked, not(dirty)), () => {
            k.outcome("takes the PTL and finds the folio of", page, "clean");
            k.set(outcome, "discarded");
            holdPtl(k, context, mm);
          });
        },
        () => k.outcome("finds no PMD that maps", page),
      );
    });
    if (discards) k.if(eq(outcome, "discarded"), () => discardPmd(k, mapping, entries, outcome));
    k.return(outcome);
  },
);

/**
 * __discard_anon_folio_pmd_locked(). The PTL is held. Until the PMD is written again it is empty, not merely invalid: a
 * walk that looks at it without the PTL passes over it.
 */
function discardPmd(k: Recorder, mapping: MappedByPmd, entries: Entries, outcome: Expr): void {
  const { context, mm, vma, page } = mapping;
  const { machine } = context;
  const alone = k.register("alone", bool);
  k.step("pmdp_huge_get_and_clear", "empties the PMD", () => {
    for (const { pte, old } of entries) {
      k.set(old, pte);
      k.set(pte, none(machine));
      takeInHand(k, context, page);
    }
    k.set(machine.pmdMapped(mm, vma), false);
  });
  k.step("flush_pmd_tlb_range", "flushes the folio from the CPUs' TLBs", () =>
    flushTlb(k, machine, mm, vma.first, vma.count),
  );
  // As in try_to_unmap_one(): an actor that writes through a reference marks the folio dirty before it drops that.
  k.step("folio_ref_count", "checks whether anything else refers to the folio", () => {
    const unused = eq(machine.refcount(page), add(folioMapcount(machine, page), 1));
    k.set(alone, machine.has("discard-checks-references") ? unused : true);
    k.if(
      alone,
      () => k.outcome("finds no other reference to the folio"),
      () => k.outcome("finds another reference to the folio"),
    );
  });
  k.step("folio_test_dirty", "maps the folio again if it is dirty or in use, and drops the PTL then", () => {
    const dirtied = or(...entries.map(({ old }) => field(old, "dirty")));
    const redirtied = machine.has("reclaim-spares-redirtied") ? or(machine.pageDirty(page), dirtied) : false;
    k.if(
      and(alone, not(redirtied)),
      () => k.outcome("finds the folio clean and unused"),
      () => {
        k.outcome("maps the folio of", page, "again; drops the PTL");
        for (const { pte, old } of entries) {
          k.set(pte, old);
          letGo(k, context, page);
        }
        k.set(machine.pmdMapped(mm, vma), true);
        leaveMapped(k, mapping, { outcome, dirtied, redirtied });
        releasePtl(k, context, mm);
      },
    );
  });
  k.if(eq(outcome, "discarded"), () => {
    for (const each of entries)
      k.step(`folio_remove_rmap_pmd ${machine.addresses[each.va]}`, "discards the mapping of one page", () => {
        k.emit("pte_discarded", { page: each.page, mm, va: each.va });
        removeMapping(k, machine, each.page);
        takeFromRss(k, machine.rssAnon(mm));
        setAnonExclusive(k, machine, each.page, false);
        forgetEntry(k, machine, mm, each.va);
      });
    k.step("folio_put", "drops the reference of the PMD, and the PTL", () => {
      putFolio(k, context, page);
      releasePtl(k, context, mm);
    });
  });
}

interface Left {
  readonly outcome: Expr;
  /** The PMD is dirty. */
  readonly dirtied: Expr;
  /** The PMD or the folio is dirty. */
  readonly redirtied: Expr | boolean;
}

/**
 * Part of a step: the folio is not discarded. In 6.18.2 and later a dirty one is no longer lazyfree; in 6.14 its
 * mapping is split.
 */
function leaveMapped(k: Recorder, mapping: MappedByPmd, { outcome, dirtied, redirtied }: Left): void {
  const { machine } = mapping.context;
  if (!machine.has("lazyfree-pmd-stays-whole")) {
    k.set(outcome, "by_pte");
    return splitPmd(k, mapping);
  }
  k.set(outcome, "kept");
  k.if(dirtied, () => k.set(machine.pageDirty(mapping.page), true));
  k.if(redirtied, () => setLazyfree(k, machine, mapping.page, false));
}

/** split_huge_pmd_locked(), part of a step. */
export function splitPmd(k: Recorder, { context, mm, vma, page }: MappedByPmd): void {
  k.outcome("maps the folio of", page, "page by page");
  mapByPageTable(k, { machine: context.machine, mm }, vma);
  flushTlb(k, context.machine, mm, vma.first, vma.count);
}
