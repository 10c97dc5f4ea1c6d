/** Reclaim replaces the mappings of a page by swap entries (mm/rmap.c try_to_unmap). */
import { and, constant, type Expr, eq, field, isConstant, makeWord, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { pairOf } from "../machine/machine.ts";
import { putOffFlush } from "./batched-flush.ts";
import { clearFoundEntry } from "./clear-entry.ts";
import { splitPmd } from "./lazyfree-pmd.ts";
import { awaitMapPte, beginInvalidation, mayMap } from "./mapped-walk.ts";
import { unlessFolioLocked, unlessLocked } from "./mlocked.ts";
import { type MigratedPage, pageAt } from "./moved-mapping.ts";
import { invalidateRangeEnd } from "./notifier.ts";
import { dropReference, letGo, putPage, removeMapping, setAnonExclusive } from "./page.ts";
import { hasPageTable, isPresent, pfn, releasePtl } from "./page-table.ts";
import { unlessPinned } from "./pinned.ts";
import { standsFor } from "./pmd-migration.ts";
import { isMapped, rmapWalk, useVma } from "./reverse-map.ts";
import { addToRss, takeFromRss } from "./rss.ts";
import { swapDuplicate } from "./swap-cache.ts";
import { otherSlot } from "./swap-slots.ts";

interface UnmappedPage extends MigratedPage {
  /** The slot of the page. The other page of a large folio has the slot beside it (`otherSlot`). */
  readonly slot: Expr;
}

/** try_to_unmap(): replaces every mapping of the page, or of its large folio, by a swap entry. */
export const tryToUnmap = procedure<UnmappedPage>("try_to_unmap", { file: "mm/rmap.c" }, (k, unmapped) => {
  rmapWalk(k, unmapped, {
    visit: (mm, place) => k.call(tryToUnmapOne, { ...unmapped, ...place, mm }),
    done: not(isMapped(unmapped.context.machine, unmapped.page)),
  });
});

interface Visit extends UnmappedPage {
  readonly mm: number;
}

/**
 * try_to_unmap_one() with TTU_BATCH_FLUSH: the flush is deferred until before the page is written or freed. A version
 * that flushes at once is covered, because a CPU may drop its translation early. False if a mapping has to stay: it
 * is in a locked VMA, the page is pinned, or there is no memory to count the entry for the slot. The entries of a large
 * folio are replaced one by one; those before such a mapping are swap entries then.
 */
const tryToUnmapOne = procedure<Visit>("try_to_unmap_one", { file: "mm/rmap.c", returns: bool }, (k, visit) => {
  const { context, va, mm, large } = visit;
  const { machine } = context;
  const pair = isConstant(large) ? { first: va, count: 1 } : pairOf(visit);
  const goesOn = k.register("goes_on", bool);
  const locked = pair.count > 1 ? k.register("locked", bool) : constant(0, bool);
  const notifies = machine.has("reclaim-notifies");
  k.set(goesOn, true);
  if (notifies) beginInvalidation(k, visit, pair);
  if (pair.count > 1) {
    k.set(locked, false);
    if (visit.vma.pmdMappable) k.if(large, () => splitMappedPmd(k, visit, goesOn));
  }
  for (let each = pair.first; each < pair.first + pair.count; each++) {
    const unmap = () =>
      unmapEntry(k, {
        ...visit,
        entryVa: each,
        goesOn,
        locked,
        label: pair.count > 1 ? ` ${machine.addresses[each]}` : "",
      });
    if (pair.count === 1) unmap();
    else k.if(and(goesOn, each === va ? true : large), unmap);
  }
  if (notifies) k.call(invalidateRangeEnd, { context, mm });
  k.return(goesOn);
});

/** TTU_SPLIT_HUGE_PMD: the walk then looks at the page table. */
function splitMappedPmd(k: Recorder, visit: Visit, goesOn: Expr): void {
  const { context, mm, vma, page } = visit;
  const { machine } = context;
  k.step("split_huge_pmd_locked", "under the PTL: splits a PMD that maps the folio, unless the VMA is locked", () => {
    k.await(or(eq(machine.ptl(mm), 0), not(machine.pmdMapped(mm, vma))));
    useVma(k, context, mm, visit.va);
    const mapped = standsFor(machine, visit, isPresent);
    const found = unlessFolioLocked(k, machine, { mm, va: vma.first, page }, mapped);
    k.if(and(mapped, not(found)), () => {
      k.outcome("finds the VMA locked: leaves the folio of", page);
      k.set(goesOn, false);
    });
    k.if(not(mapped), () => k.outcome("finds no PMD that maps", page));
    k.if(found, () => splitPmd(k, visit));
  });
}

interface VisitedEntry extends Visit {
  /** The address of the entry; `va` is that of `page`. */
  readonly entryVa: number;
  /** Registers: whether the walk goes on, and whether it has had the page-table lock. */
  readonly goesOn: Expr;
  readonly locked: Expr;
  readonly label: string;
}

function unmapEntry(k: Recorder, visited: VisitedEntry): void {
  const { context, mm, entryVa: va, goesOn, locked, large, label } = visited;
  const { machine } = context;
  const page = pageAt(visited, va, visited.va);
  const pte = machine.pte(mm, va);
  const pteval = k.register(`pteval${label}`, machine.types.pte);
  const keep = () => k.set(goesOn, false);
  k.step(
    `page_vma_mapped_walk${label}`,
    "passes over an entry that looks empty without the PTL; takes the PTL, clears a present entry of the page, replaces an exclusive one",
    () => {
      awaitMapPte(k, context, { mm, va }, locked);
      useVma(k, context, mm, va);
      if (!isConstant(locked)) k.set(locked, or(locked, mayMap(pte)));
      const maps = and(mayMap(pte), eq(pfn(pte), page));
      const mapped = isConstant(large) ? maps : and(maps, hasPageTable(machine, mm, visited.vma));
      const small = unlessLocked(k, machine, { mm, va, page }, mapped);
      const found = isConstant(large)
        ? small
        : and(small, or(not(large), unlessFolioLocked(k, machine, { mm, va, page }, and(mapped, large))));
      k.set(goesOn, or(found, not(mapped)));
      // An exclusive entry has no dirty bit to take over. The page was marked dirty when it was given to the device.
      const drop = () => {
        k.outcome("replaces the exclusive entry by a swap entry");
        dropReference(k, context, page);
      };
      const back = () => {
        k.outcome("gets no page for the count of the swap slot: leaves the exclusive entry");
        keep();
      };
      const replaceExclusive = () => replaceBySwap(k, visited, { old: pte, drop, back });
      const entry = { context, mm, va, page, pteval };
      clearFoundEntry(k, entry, { found, walker: "try_to_unmap_one", replaceExclusive, keep });
      k.if(isPresent(pteval), () => putOffFlush(k, machine, mm));
    },
  );
  k.if(isPresent(pteval), () => {
    const note = "writes the swap entry, drops the mapping and its reference, unlocks the PTL";
    k.step(`set the swap entry${label}`, note, () => {
      if (machine.has("reclaim-transfers-dirty"))
        k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
      const back = (why: string) => () => {
        k.outcome(why, ": puts the entry back");
        k.set(pte, pteval);
        letGo(k, context, page);
        keep();
      };
      const drop = () => {
        k.outcome("writes the swap entry and drops the mapping of", page);
        putPage(k, context, page);
      };
      const withoutCount = back("gets no page for the count of the swap slot");
      const replace = () => replaceBySwap(k, visited, { old: pteval, drop, back: withoutCount });
      unlessPinned(k, machine, page, replace, back("finds the page pinned"));
      k.outcome("drops the PTL");
      releasePtl(k, context, mm);
    });
  });
}

interface Replaced {
  readonly old: Expr;
  readonly drop: () => void;
  readonly back: () => void;
}

/** Part of a step: the swap entry takes the place of the old entry. `back` runs if its slot cannot count it. */
function replaceBySwap(k: Recorder, visited: VisitedEntry, { old, drop, back }: Replaced): void {
  const { context, mm, entryVa: va } = visited;
  const { machine } = context;
  const page = pageAt(visited, va, visited.va);
  const slot = va === visited.va ? visited.slot : otherSlot(visited.slot);
  const entry = makeWord(machine.types.pte, {
    kind: "swap",
    pfn: machine.noPage,
    slot,
    soft_dirty: field(old, "soft_dirty"),
    uffd_wp: field(old, "uffd_wp"),
    anon_exclusive: machine.anonExclusive(page),
  });
  const counted = () => {
    k.set(machine.pte(mm, va), entry);
    setAnonExclusive(k, machine, page, false);
    removeMapping(k, machine, page);
    takeFromRss(k, machine.rssAnon(mm));
    addToRss(k, machine.rssSwap(mm));
    drop();
  };
  swapDuplicate(k, machine, slot, { counted, failed: back });
}
