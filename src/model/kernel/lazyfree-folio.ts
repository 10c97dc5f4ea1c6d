/** Reclaim of a large folio that MADV_FREE has marked (mm/rmap.c try_to_unmap_one). */
import { add, and, constant, type Expr, eq, field, isConstant, ne, not, or, withFields } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Machine, pairOf, type Vma } from "../machine/machine.ts";
import { usesUserfaultfd } from "../machine/userfaultfd.ts";
import { putOffFlush } from "./batched-flush.ts";
import { nextPage } from "./folio.ts";
import { unmapLazyfreePmd } from "./lazyfree-pmd.ts";
import { awaitMapPte, mayMap, sayPassedOver } from "./mapped-walk.ts";
import { unlessFolioLocked } from "./mlocked.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { letGo, putPage, removeMapping, setAnonExclusive, setLazyfree, takeInHand } from "./page.ts";
import { hasPageTable, holdPtl, isExclusive, isPresent, none, pfn, releasePtl } from "./page-table.ts";
import { folioMapcount, useVma } from "./reverse-map.ts";
import { takeFromRss } from "./rss.ts";
import { forgetEntry } from "./tracking.ts";

interface LazyfreeFolio {
  readonly context: Context;
  readonly mm: number;
  readonly vma: Vma;
  readonly va: number;
  /** Any page of the folio, which is isolated and locked. */
  readonly page: Expr;
}

/** One entry of the folio, and the next one, which may be unmapped with it. */
interface Visit extends LazyfreeFolio {
  readonly next: number | undefined;
  /** Registers: whether the walk goes on, has had the page-table lock, and has unmapped the next entry too. */
  readonly going: Expr;
  readonly locked: Expr;
  readonly joined: Expr;
}

/**
 * try_to_unmap_one() for all entries of the folio: false if the folio was written to again or something else refers to
 * it. The entries that were found then are mapped as before.
 */
export const tryToUnmapFolio = procedure<LazyfreeFolio>(
  "try_to_unmap_one",
  { file: "mm/rmap.c", returns: bool },
  (k, folio) => {
    const { context, mm } = folio;
    const { machine } = context;
    const { first, count } = pairOf(folio);
    const going = k.register("going", bool);
    const locked = k.register("locked", bool);
    const joined = k.register("joined", bool);
    const notifies = machine.has("reclaim-notifies");
    k.set(going, true);
    k.set(locked, false);
    k.set(joined, false);
    if (notifies) k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first, count });
    const byPte = folio.vma.pmdMappable ? k.register("by_pte", bool) : constant(1, bool);
    if (!isConstant(byPte)) {
      const unmapped = k.call(unmapLazyfreePmd, { ...folio, large: constant(1, bool) });
      k.set(byPte, eq(unmapped, "by_pte"));
      k.set(going, ne(unmapped, "kept"));
    }
    for (let va = first; va < first + count; va++) {
      const next = va + 1 < first + count ? va + 1 : undefined;
      k.if(and(byPte, going, not(joined)), () => unmapEntries(k, { ...folio, va, next, going, locked, joined }));
    }
    if (notifies) k.call(invalidateRangeEnd, { context, mm });
    k.return(going);
  },
);

/** Part of a step of try_to_unmap_one(), which takes the page's number from the entry before it clears the entry. */
export function assertPresent(k: Recorder, machine: Machine, pte: Expr): void {
  k.assert(
    or(isPresent(pte), machine.has("rmap-handles-exclusive")),
    "try_to_unmap_one: pte_pfn() of an entry that is not present",
  );
}

/** Part of a step that puts back the entries of a page that is not discarded. `dirty`: it was written to again. */
export function setSwapbacked(k: Recorder, machine: Machine, page: Expr, dirty: Expr | boolean): void {
  const clears = machine.has("reclaim-keeps-lazyfree-in-use") ? dirty : true;
  k.if(clears, () => setLazyfree(k, machine, page, false));
}

function unmapEntries(k: Recorder, visit: Visit): void {
  const { context, mm, va, next, page, going, locked, joined } = visit;
  const { machine } = context;
  const name = at(machine.addresses, va);
  const pte = machine.pte(mm, va);
  const pteval = k.register(`pteval ${name}`, machine.types.pte);
  const batches = next !== undefined && machine.has("lazyfree-batches");
  const what = batches ? "the entry, and the next one if it is alike" : "the entry";
  k.step(`page_vma_mapped_walk ${name}`, `takes the PTL and clears ${what}, if the entry maps the folio`, () => {
    awaitMapPte(k, context, { mm, va }, locked);
    useVma(k, context, mm, va);
    const ofFolio = eq(machine.head(pfn(pte)), machine.head(page));
    const mapped = and(mayMap(pte), ofFolio, hasPageTable(machine, mm, visit.vma));
    const found = unlessFolioLocked(k, machine, { mm, va, page }, mapped);
    k.if(and(mapped, not(found)), () => k.set(going, false));
    k.set(locked, or(locked, mayMap(pte)));
    k.set(pteval, none(machine));
    k.if(not(found), () => sayPassedOver(k, pte));
    k.if(found, () => {
      k.outcome("takes the PTL and clears the entry", pte);
      assertPresent(k, machine, pte);
      k.set(pteval, pte);
      holdPtl(k, context, mm);
      if (batches) {
        const other = machine.pte(mm, next);
        k.set(joined, isAlike(visit, pte, other));
        k.if(joined, () => {
          k.outcome("clears the next entry", other);
          // get_and_clear_ptes()
          const [young, dirty] = [
            or(field(pte, "young"), field(other, "young")),
            or(field(pte, "dirty"), field(other, "dirty")),
          ];
          k.set(pteval, withFields(pte, { young, dirty }));
          k.set(other, none(machine));
          takeInHand(k, context, page);
        });
      }
      k.set(pte, none(machine));
      takeInHand(k, context, page);
      putOffFlush(k, machine, mm);
    });
  });
  k.if(or(isPresent(pteval), isExclusive(pteval)), () => {
    k.step(
      `folio_ref_count ${name}`,
      "passes on the dirty bit; checks whether anything else refers to the folio",
      () => {
        if (machine.has("reclaim-transfers-dirty"))
          k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
        const unused = eq(machine.refcount(page), add(folioMapcount(machine, page), 1));
        k.set(going, machine.has("discard-checks-references") ? unused : true);
        k.if(
          going,
          () => k.outcome("finds no other reference to the folio"),
          () => k.outcome("finds another reference to the folio"),
        );
      },
    );
    k.step(
      `folio_test_dirty ${name}`,
      "puts the mappings back if the folio is dirty or in use; drops the PTL then",
      () => {
        const dirty = machine.has("reclaim-spares-redirtied") ? machine.pageDirty(page) : false;
        k.set(going, and(going, not(dirty)));
        k.if(
          going,
          () => k.outcome("finds the folio clean and unused"),
          () => {
            k.outcome("puts back what it has cleared; drops the PTL");
            k.set(pte, pteval);
            letGo(k, context, page);
            if (batches) k.if(joined, () => putBackNext(k, visit, next, pteval));
            setSwapbacked(k, machine, page, dirty);
            releasePtl(k, context, mm);
          },
        );
      },
    );
    k.if(going, () => {
      discard(k, visit, { va, page: pfn(pteval), label: name });
      if (batches)
        k.if(joined, () =>
          discard(k, visit, { va: next, page: nextPage(machine, pfn(pteval)), label: `of the page after ${name}` }),
        );
      k.step(`pte_unmap_unlock ${name}`, "drops the PTL", () => releasePtl(k, context, mm));
    });
  });
}

/** folio_pte_batch(): the next entry maps the next page, and differs only in bits that do not matter. */
function isAlike({ context, mm, vma }: Visit, pte: Expr, next: Expr): Expr {
  const { machine } = context;
  const same = (bit: "write" | "soft_dirty" | "uffd_wp") => eq(field(pte, bit), field(next, bit));
  const alike = and(isPresent(pte), isPresent(next), eq(pfn(next), add(pfn(pte), 1)), same("uffd_wp"));
  if (!machine.has("lazyfree-batch-keeps-write")) return alike;
  const listens = usesUserfaultfd(machine) ? machine.userfaultfd(mm, vma) : false;
  return and(alike, same("write"), same("soft_dirty"), not(listens));
}

/** set_ptes(): the next entry gets the bits of the first. */
function putBackNext(k: Recorder, { context, mm, page }: Visit, next: number, pteval: Expr): void {
  const { machine } = context;
  k.set(machine.pte(mm, next), withFields(pteval, { pfn: nextPage(machine, pfn(pteval)) }));
  letGo(k, context, page);
}

interface Discarded {
  readonly va: number;
  readonly page: Expr;
  readonly label: string;
}

/** The PTL is held. */
function discard(k: Recorder, { context, mm }: Visit, { va, page, label }: Discarded): void {
  const { machine } = context;
  k.step(`folio_remove_rmap_pte ${label}`, "discards the mapping", () => {
    k.emit("pte_discarded", { page, mm, va });
    removeMapping(k, machine, page);
    takeFromRss(k, machine.rssAnon(mm));
    setAnonExclusive(k, machine, page, false);
    forgetEntry(k, machine, mm, va);
    putPage(k, context, page);
  });
}
