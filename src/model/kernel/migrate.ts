/** Moving an anonymous page or large folio to another one (mm/migrate.c). */

import { add, and, constant, type Expr, eq, isConstant, ne, not } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { RangeOperation } from "../machine/context.ts";
import { hasLargeFolios, type Machine } from "../machine/machine.ts";
import { tryToUnmapFlush } from "./batched-flush.ts";
import { allocateFolio, nextPage } from "./folio.ts";
import { isolateLruPage, putbackLruPage } from "./lru.ts";
import { removeMigrationPtes, tryToMigrate } from "./migration-entry.ts";
import {
  allocatePage,
  lockPage,
  putPage,
  setLazyfree,
  setPageIndex,
  setPartlyMapped,
  tryLockPage,
  unlockPage,
} from "./page.ts";
import { isMapped } from "./reverse-map.ts";
import { moveInSwapCache } from "./swap-cache.ts";
import { cacheReferences } from "./swap-slots.ts";
import { splitIfPartlyMapped, trySplitFolio } from "./try-split-folio.ts";

/** folio_migrate_flags(), for an anonymous page. */
export function migrateFlags(k: Recorder, machine: Machine, page: Expr, copy: Expr): void {
  if (machine.swapSlots > 0) k.set(machine.newer(copy), machine.newer(page));
  k.set(machine.pageAnon(copy), true);
  k.set(machine.pageDirty(copy), machine.pageDirty(page));
  setLazyfree(k, machine, copy, machine.lazyfree(page));
  if (machine.mms.length > 1) k.set(machine.anonVmaOf(copy), machine.anonVmaOf(page));
  setPageIndex(k, machine, copy, machine.pageIndex(page));
}

/** folio_copy() and the flags of each page of a folio. */
function copyFolio(k: Recorder, machine: Machine, page: Expr, copy: Expr): void {
  const [from, to] = [machine.head(page), machine.head(copy)];
  if (machine.has("migration-keeps-partly-mapped")) setPartlyMapped(k, machine, to, machine.partlyMapped(from));
  for (const [old, fresh] of [
    [from, to],
    [nextPage(machine, from), nextPage(machine, to)],
  ] as const) {
    k.set(machine.copied(old), true);
    migrateFlags(k, machine, old, fresh);
  }
}

/**
 * migrate_pages() for the page that is mapped at the address. Migration gives up if the page has references besides
 * those that the walk replaced. Since v6.3 the walk's flushes are deferred if the page lock is only tried, and the try
 * is repeated. Here migration waits for the lock instead of trying again. Without a free folio for a large one, the
 * folio is split, and only the page that was asked for is moved. Late flushes also cover immediate ones, because a CPU
 * may drop a translation at any time.
 */
export const migratePages = procedure<RangeOperation>("migrate_pages", { file: "mm/migrate.c" }, (k, operation) => {
  const { context, vma, first: va } = operation;
  const { machine } = context;
  const page = k.register("page", machine.types.page);
  const copy = k.register("newpage", machine.types.page);
  const go = k.register("go", bool);
  const mapped = k.register("page_was_mapped", bool);
  const moved = k.register("moved", bool);
  const putBack = (label: string, why: string) =>
    k.step(label, `puts the page back on its list; ${why}`, () => {
      putbackLruPage(k, context, page);
      k.set(machine.failed(context.actor), true);
    });

  k.step("isolate_lru_page", "takes the page off its LRU list, with a reference", () =>
    isolateLruPage(k, context, { va, page, found: go }),
  );
  k.if(not(go), () => k.return());
  if (vma.folio === 2 && machine.has("migration-splits-partly-mapped"))
    splitIfPartlyMapped(k, { context, vma, va, page });
  const large = hasLargeFolios(machine) ? k.register("large", bool) : constant(0, bool);
  const sort = isConstant(large) ? "page" : "page or folio";
  k.step("get_new_page", `allocates the ${sort} to move to`, () => {
    k.set(go, true);
    const failed = () => k.set(go, false);
    const single = () => allocatePage(k, context, copy, failed);
    if (isConstant(large)) return single();
    // Its own reference keeps the folio from being split.
    k.set(large, machine.largeFolio(page));
    const folio = () => {
      allocateFolio(k, context, copy, () => {
        k.outcome("gets no folio");
        failed();
      });
      k.if(and(go, ne(machine.head(page), page)), () => k.set(copy, nextPage(machine, copy)));
    };
    k.if(large, folio, single);
  });
  if (vma.folio === 2)
    k.if(and(not(go), large), () =>
      k.if(k.call(trySplitFolio, { context, vma, va, page }), () => {
        k.set(large, false);
        k.step("get_new_page after the split", "allocates the page to move to", () => {
          k.set(go, true);
          allocatePage(k, context, copy, () => k.set(go, false));
        });
      }),
    );
  k.if(not(go), () => {
    putBack("putback without memory", "ENOMEM");
    k.return();
  });
  k.step("lock_page", "locks the page", () => lockPage(k, context, page));
  k.step("trylock_page(newpage)", "locks the new page, unless a late fault has locked it", () => {
    k.set(go, true);
    tryLockPage(k, context, copy, () => k.set(go, false));
  });
  k.if(not(go), () => {
    k.step("unlock_page after failure", "unlocks the old page", () => unlockPage(k, context, page));
    k.step("put_page(newpage) after failure", "drops the allocation's reference to the new page", () =>
      putPage(k, context, copy),
    );
    putBack("putback without newpage's lock", "EAGAIN");
    k.return();
  });
  k.step("page_mapped", "checks whether the page, or another page of its folio, is mapped", () => {
    k.set(mapped, isMapped(machine, page));
    k.if(
      mapped,
      () => k.outcome("finds", page, "mapped"),
      () => k.outcome("finds", page, "not mapped"),
    );
  });
  const migrated = { context, vma, va, page, large };
  const defers = !machine.has("migration-flushes-tlb");
  const flushesLate = k.register("flushes_late", bool);
  k.if(mapped, () => {
    k.call(tryToMigrate, migrated);
    if (defers)
      k.step("try_to_unmap_flush", "flushes the CPUs' TLBs, unless the page is still mapped and stays", () => {
        k.set(flushesLate, isMapped(machine, page));
        k.if(flushesLate, () => k.outcome("finds", page, "still mapped: flushes later"));
        if (machine.has("migration-flushes-before-copying"))
          k.if(not(flushesLate), () => {
            k.outcome("flushes the CPUs' TLBs");
            tryToUnmapFlush(k, machine, vma, va);
          });
        else k.if(not(flushesLate), () => k.outcome("flushes nothing"));
      });
  });
  k.step("folio_migrate_mapping", "goes on if the page is not mapped and only migration refers to it", () => {
    // An unmapped page stays unmapped under the page lock, so one look at both values equals two looks in sequence.
    const expected = machine.swapSlots > 0 ? add(cacheReferences(machine, page), 1) : 1;
    const unreferenced = machine.has("migration-checks-references") ? eq(machine.refcount(page), expected) : true;
    k.set(moved, and(not(flushesLate), not(isMapped(machine, page)), unreferenced));
    k.if(
      moved,
      () => k.outcome("finds that only migration refers to", page, ": goes on"),
      () =>
        k.if(
          not(isMapped(machine, page)),
          () => k.outcome("finds other references to", page, ": gives up"),
          () => k.outcome("finds", page, "still mapped: gives up"),
        ),
    );
    k.if(moved, () => moveInSwapCache(k, context, page, copy));
  });
  k.if(moved, () =>
    k.step("folio_migrate_copy", "copies content and flags", () => {
      const single = () => {
        k.set(machine.copied(page), true);
        migrateFlags(k, machine, page, copy);
      };
      k.if(large, () => copyFolio(k, machine, page, copy), single);
    }),
  );
  k.if(mapped, () => {
    k.if(
      moved,
      () => k.call(removeMigrationPtes, { ...migrated, to: copy }),
      () => k.call(removeMigrationPtes, { ...migrated, to: page }),
    );
  });
  k.step("unlock_page(newpage)", "unlocks the new page", () => unlockPage(k, context, copy));
  k.step("put_page(newpage)", "drops the allocation's reference to the new page", () => putPage(k, context, copy));
  k.step("unlock_page", "unlocks the old page", () => unlockPage(k, context, page));
  k.if(
    moved,
    () => k.step("put_page", "drops the isolation's reference to the old page", () => putbackLruPage(k, context, page)),
    () => putBack("putback_lru_page", "EAGAIN"),
  );
  if (defers)
    k.if(flushesLate, () =>
      k.step("try_to_unmap_flush of a page that stays", "flushes the CPUs' TLBs", () => {
        if (machine.has("migration-flushes-before-copying")) tryToUnmapFlush(k, machine, vma, va);
      }),
    );
});
