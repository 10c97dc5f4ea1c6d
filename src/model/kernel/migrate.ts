/** Moving a page to another one (mm/migrate.c), for an anonymous page of order 0 without a place in the swap cache. */
import { and, eq, ne, not, or } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { removeMigrationPtes, tryToMigrate } from "./migration-entry.ts";
import { allocatePage, getPage, lockPage, putPage, unlockPage } from "./page.ts";
import { isExclusive, isPresent, isZeroPage, pfn } from "./page-table.ts";
import type { RangeOperation } from "./zap.ts";

/**
 * migrate_pages() for the page that is mapped at the address. It is found through the LRU list, not through the page
 * table, so that an exclusive entry's page is found as well; the address only says which page is meant. It comes to
 * nothing if the page has more references than those that the walk replaced.
 */
export const migratePages = procedure<RangeOperation>("migrate_pages", { file: "mm/migrate.c" }, (k, operation) => {
  const { context, vma, first: va } = operation;
  const { machine, mm } = context;
  const pte = machine.pte(mm, va);
  const page = k.register("page", machine.types.page);
  const copy = k.register("newpage", machine.types.page);
  const go = k.register("go", bool);
  const moved = k.register("moved", bool);
  const fails = (label: string, note: string, also: () => void) =>
    k.step(label, note, () => {
      also();
      k.set(machine.failed(context.actor), true);
    });

  k.step("isolate_lru_page", "takes the page off its LRU list, with a reference", () => {
    const anonymous = and(isPresent(pte), not(isZeroPage(machine, pte)), machine.pageAnon(pfn(pte)));
    const found = or(isExclusive(pte), anonymous);
    k.set(go, found);
    k.if(found, () => {
      k.set(page, pfn(pte));
      getPage(k, context, pfn(pte));
    });
  });
  k.if(not(go), () => k.return());
  k.step("get_new_page", "allocates the page to move to", () => {
    k.set(go, true);
    allocatePage(k, context, copy, () => k.set(go, false));
  });
  k.if(not(go), () => {
    fails("putback without memory", "puts the page back; ENOMEM", () => putPage(k, context, page));
    k.return();
  });
  k.step("lock_page", "locks the page", () => lockPage(k, context, page));
  k.step("trylock_page(newpage)", "locks the new page, which nobody else knows yet", () => lockPage(k, context, copy));
  k.step("page_mapped", "looks whether the page is mapped", () => k.set(go, ne(machine.mapcount(page), 0)));
  const migrated = { context, vma, va, page };
  k.if(go, () => k.call(tryToMigrate, migrated));
  k.step("folio_migrate_mapping", "goes on if nobody but us refers to the page", () =>
    k.set(moved, and(eq(machine.mapcount(page), 0), eq(machine.refcount(page), 1))),
  );
  k.if(
    moved,
    () => {
      k.step("folio_migrate_copy", "copies contents and flags", () => {
        k.set(machine.pageAnon(copy), true);
        k.set(machine.pageDirty(copy), machine.pageDirty(page));
        if (machine.mms.length > 1) k.set(machine.anonVmaOf(copy), machine.anonVmaOf(page));
      });
      k.call(removeMigrationPtes, { ...migrated, to: copy });
    },
    () => k.call(removeMigrationPtes, { ...migrated, to: page }),
  );
  k.step("unlock_page(newpage)", "unlocks the new page", () => unlockPage(k, context, copy));
  k.step("put_page(newpage)", "drops the allocation's reference to it", () => putPage(k, context, copy));
  k.step("unlock_page", "unlocks the old page", () => unlockPage(k, context, page));
  k.if(
    moved,
    () => k.step("put_page", "drops the isolation's reference to it", () => putPage(k, context, page)),
    () => fails("putback_lru_page", "puts the page back; EAGAIN", () => putPage(k, context, page)),
  );
});
