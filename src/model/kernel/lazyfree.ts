/** Reclaim of a page that MADV_FREE has marked (mm/vmscan.c shrink_page_list, mm/rmap.c try_to_unmap_one). */
import { add, and, type Expr, eq, field, isConstant, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { putOffFlush } from "./batched-flush.ts";
import { assertPresent, setSwapbacked, tryToUnmapFolio } from "./lazyfree-folio.ts";
import { awaitMapPte, mayMap, sayPassedOver } from "./mapped-walk.ts";
import { unlessLocked } from "./mlocked.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { letGo, putPage, removeMapping, setAnonExclusive, takeInHand } from "./page.ts";
import { holdPtl, isExclusive, isPresent, none, pfn, releasePtl } from "./page-table.ts";
import { isMapped, rmapWalk, useVma } from "./reverse-map.ts";
import { takeFromRss } from "./rss.ts";
import { sayWhether } from "./say-whether.ts";
import { forgetEntry } from "./tracking.ts";

export interface LazyfreePage {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  /** The page is isolated and locked. */
  readonly page: Expr;
}

/**
 * Replaces swapping out for a page that MADV_FREE has marked. `go` becomes true if the page has no mapping left, no
 * reference except reclaim's own, and is clean.
 */
export function unmapLazyfree(k: Recorder, lazyfree: LazyfreePage, go: Expr): void {
  const { machine } = lazyfree.context;
  const { page } = lazyfree;
  k.step("page_mapped of a lazyfree page", "checks whether the page is mapped", () =>
    sayWhether(k, go, isMapped(machine, page), [
      ["finds", page, "mapped"],
      ["finds", page, "not mapped"],
    ]),
  );
  k.if(
    go,
    () => k.set(go, k.call(tryToUnmap, lazyfree)),
    () => k.set(go, true),
  );
  k.if(go, () =>
    k.step("page_ref_freeze", "checks that only reclaim refers to the page and that it is clean", () => {
      k.set(go, and(eq(machine.refcount(page), 1), not(machine.pageDirty(page))));
      k.if(
        eq(machine.refcount(page), 1),
        () =>
          k.if(
            machine.pageDirty(page),
            () => k.outcome("finds", page, "dirty: leaves it"),
            () => k.outcome("finds that only reclaim refers to", page),
          ),
        () => k.outcome("finds", page, "in use: leaves it"),
      );
    }),
  );
}

/** try_to_unmap(): false as soon as a mapping has to stay. */
const tryToUnmap = procedure<LazyfreePage>("try_to_unmap", { file: "mm/rmap.c", returns: bool }, (k, lazyfree) => {
  const go = k.register("go", bool);
  const isLarge = lazyfree.context.machine.largeFolio(lazyfree.page);
  const large = isConstant(isLarge) ? isLarge : k.register("large", bool);
  k.set(go, true);
  if (!isConstant(large))
    k.step("folio_test_large", "checks whether the page is in a large folio", () =>
      sayWhether(k, large, isLarge, [
        ["finds", lazyfree.page, "in a large folio"],
        ["finds", lazyfree.page, "in no large folio"],
      ]),
    );
  rmapWalk(k, lazyfree, {
    visit: (mm, place) => {
      k.if(
        large,
        () => k.set(go, k.call(tryToUnmapFolio, { ...lazyfree, ...place, mm })),
        () => k.set(go, k.call(tryToUnmapOne, { ...lazyfree, ...place, mm })),
      );
      return go;
    },
    done: not(isMapped(lazyfree.context.machine, lazyfree.page)),
  });
  k.return(go);
});

/**
 * try_to_unmap_one(), the part for MADV_FREE: false if the page was written to again or something else refers to it.
 * The page is then mapped as before.
 */
const tryToUnmapOne = procedure<LazyfreePage & { readonly mm: number }>(
  "try_to_unmap_one",
  { file: "mm/rmap.c", returns: bool },
  (k, { context, va, page, mm }) => {
    const { machine } = context;
    const { mapcount, rssAnon } = machine;
    const pte = machine.pte(mm, va);
    const pteval = k.register("pteval", machine.types.pte);
    const unmapped = k.register("unmapped", bool);
    const notifies = machine.has("reclaim-notifies");
    if (notifies) k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
    k.step(
      "page_vma_mapped_walk",
      "passes over an entry that looks empty without the PTL; takes the PTL and clears the entry if it maps the page",
      () => {
        awaitMapPte(k, context, { mm, va });
        useVma(k, context, mm, va);
        const mapped = and(mayMap(pte), eq(pfn(pte), page));
        const found = unlessLocked(k, machine, { mm, va, page }, mapped);
        k.set(pteval, none(machine));
        k.set(unmapped, or(found, not(mapped)));
        k.if(not(found), () => sayPassedOver(k, pte));
        k.if(found, () => {
          k.outcome("takes the PTL and clears the entry", pte);
          assertPresent(k, machine, pte);
          k.set(pteval, pte);
          holdPtl(k, context, mm);
          k.set(pte, none(machine));
          takeInHand(k, context, page);
          putOffFlush(k, machine, mm);
        });
      },
    );
    k.if(or(isPresent(pteval), isExclusive(pteval)), () => {
      // The order matters: an actor that writes through a reference marks the page dirty before it drops the reference.
      k.step("folio_ref_count", "passes on the dirty bit; checks whether anything else refers to the page", () => {
        if (machine.has("reclaim-transfers-dirty"))
          k.if(field(pteval, "dirty"), () => {
            k.outcome("passes on the dirty bit");
            k.set(machine.pageDirty(page), true);
          });
        const unused = eq(machine.refcount(page), add(mapcount(page), 1));
        k.set(unmapped, machine.has("discard-checks-references") ? unused : true);
        k.if(
          unmapped,
          () => k.outcome("finds no other reference to", page),
          () => k.outcome("finds another reference to", page),
        );
      });
      k.step(
        "folio_test_dirty",
        "discards the mapping of a clean page, or puts the mapping back; drops the PTL",
        () => {
          const dirty = machine.has("reclaim-spares-redirtied") ? machine.pageDirty(page) : false;
          k.set(unmapped, and(unmapped, not(dirty)));
          k.if(
            unmapped,
            () => {
              k.outcome("discards the mapping of", page);
              k.emit("pte_discarded", { page, mm, va });
              removeMapping(k, machine, page);
              takeFromRss(k, rssAnon(mm));
              setAnonExclusive(k, machine, page, false);
              forgetEntry(k, machine, mm, va);
              putPage(k, context, page);
            },
            () => {
              k.if(
                dirty,
                () => k.outcome("finds", page, "dirty: puts the entry back"),
                () => k.outcome("finds", page, "in use: puts the entry back"),
              );
              k.set(pte, pteval);
              letGo(k, context, page);
              setSwapbacked(k, machine, page, dirty);
            },
          );
          k.outcome("drops the PTL");
          releasePtl(k, context, mm);
        },
      );
    });
    if (notifies) k.call(invalidateRangeEnd, { context, mm });
    k.return(unmapped);
  },
);
