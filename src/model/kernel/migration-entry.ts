/** Entries that stand for a page while it is moved (mm/rmap.c try_to_migrate, mm/migrate.c remove_migration_ptes). */
import { add, and, type Expr, eq, field, makeWord, ne, not, or, subtract } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { type Vma, vmaAt } from "../machine.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { dropReference, putPage, setAnonExclusive, takeInHand } from "./page.ts";
import { awaitPtl, holdPtl, isExclusive, isMigration, isPresent, none, pfn, releasePtl } from "./page-table.ts";
import { rmapWalk } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";

export interface MigratedPage {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  readonly page: Expr;
}

/** try_to_migrate(): replaces every mapping of the page by a migration entry. */
export const tryToMigrate = procedure<MigratedPage>("try_to_migrate", { file: "mm/rmap.c" }, (k, migrated) => {
  rmapWalk(k, migrated, (mm) => k.call(tryToMigrateOne, { ...migrated, mm }));
});

const tryToMigrateOne = procedure<MigratedPage & { readonly mm: number }>(
  "try_to_migrate_one",
  { file: "mm/rmap.c" },
  (k, { context, va, page, mm }) => {
    const { machine } = context;
    const pte = machine.pte(mm, va);
    const pteval = k.register("pteval", machine.types.pte);
    const entryOf = (old: Expr, write: Expr | boolean) =>
      makeWord(machine.types.pte, {
        kind: "migration",
        pfn: page,
        write,
        soft_dirty: field(old, "soft_dirty"),
        uffd_wp: field(old, "uffd_wp"),
        anon_exclusive: machine.anonExclusive(page),
        ...(machine.has("migration-keeps-dirty") ? { dirty: field(old, "dirty"), young: field(old, "young") } : {}),
      });
    const notifies = machine.has("migration-notifies");
    if (notifies) k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
    k.step(
      "page_vma_mapped_walk",
      "takes the PTL; clears a present entry of the page, replaces an exclusive one",
      () => {
        awaitPtl(k, context, mm);
        const found = and(or(isPresent(pte), isExclusive(pte)), eq(pfn(pte), page));
        k.set(pteval, none(machine));
        k.if(and(found, isPresent(pte)), () => {
          k.set(pteval, pte);
          holdPtl(k, context, mm);
          k.set(pte, none(machine));
          takeInHand(k, context, page);
        });
        k.if(and(found, isExclusive(pte)), () => {
          const handles = machine.has("rmap-handles-exclusive");
          k.assert(handles, "try_to_migrate_one: pte_pfn() of an entry that is not present");
          if (!handles) return;
          // The device has given the page up; the mapping becomes a read-only one of a page that is its alone.
          k.set(pte, entryOf(pte, false));
          k.set(machine.mapcount(page), subtract(machine.mapcount(page), 1));
          setAnonExclusive(k, machine, page, false);
          dropReference(k, context, page);
        });
      },
    );
    k.if(isPresent(pteval), () => {
      k.step("ptep_flush", "flushes the old translation from the CPUs' TLBs", () => {
        if (machine.has("migration-flushes-tlb")) flushTlb(k, machine, mm, va, 1);
      });
      k.step(
        "set the migration entry",
        "writes the entry, drops the mapping and its reference, unlocks the PTL",
        () => {
          k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
          k.set(pte, entryOf(pteval, field(pteval, "write")));
          k.set(machine.mapcount(page), subtract(machine.mapcount(page), 1));
          setAnonExclusive(k, machine, page, false);
          putPage(k, context, page);
          releasePtl(k, context, mm);
        },
      );
    });
    if (notifies) k.call(invalidateRangeEnd, { context, mm });
  },
);

/** remove_migration_ptes(): maps `to` (the copy, or after a failure the page itself) where the page was mapped. */
export const removeMigrationPtes = procedure<MigratedPage & { readonly to: Expr }>(
  "remove_migration_ptes",
  { file: "mm/migrate.c" },
  (k, migrated) => {
    const { context, va, page, to } = migrated;
    const { machine } = context;
    rmapWalk(k, migrated, (mm) => {
      const pte = machine.pte(mm, va);
      k.step(
        `remove_migration_pte ${machine.mms[mm]?.name}`,
        "under the PTL: maps the page where a migration entry stands",
        () => {
          awaitPtl(k, context, mm);
          const stands = machine.has("migration-rechecks-entry") ? and(isMigration(pte), eq(pfn(pte), page)) : true;
          k.if(stands, () => {
            const write = and(
              field(pte, "write"),
              machine.vmaWrite(mm, vmaAt(machine, va)),
              not(field(pte, "uffd_wp")),
            );
            const exclusive = field(pte, "anon_exclusive");
            k.set(machine.refcount(to), add(machine.refcount(to), 1));
            k.set(machine.mapcount(to), add(machine.mapcount(to), 1));
            if (machine.has("anon-exclusive")) k.if(exclusive, () => setAnonExclusive(k, machine, to, true));
            // On x86 pte_mkdirty sets the soft-dirty bit as well.
            const dirty = and(field(pte, "dirty"), machine.pageDirty(to));
            const bits = {
              write,
              dirty,
              young: field(pte, "young"),
              soft_dirty: or(field(pte, "soft_dirty"), dirty),
              uffd_wp: field(pte, "uffd_wp"),
            };
            k.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: to, ...bits }));
          });
        },
      );
    });
  },
);

export interface MigrationWait {
  readonly context: Context;
  readonly va: number;
  readonly orig: Expr;
}

/** migration_entry_wait(): sleeps while the page is moved, which is as long as it is locked. */
export const migrationEntryWait = procedure<MigrationWait>(
  "migration_entry_wait",
  { file: "mm/migrate.c" },
  (k, { context, va, orig }) => {
    const { machine, mm } = context;
    k.step("wait", "waits until the entry is another or its page is unlocked", () => {
      k.await(or(ne(machine.pte(mm, va), orig), eq(machine.pageLock(pfn(orig)), 0)));
    });
  },
);
