/**
 * Entries that stand for a page while it is being moved (mm/rmap.c try_to_migrate, mm/migrate.c remove_migration_ptes).
 */
import { and, constant, type Expr, eq, field, isConstant, ne, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Machine, pairOf, type Vma } from "../machine/machine.ts";
import { putOffFlush } from "./batched-flush.ts";
import { clearFoundEntry } from "./clear-entry.ts";
import { replaceByHwpoison } from "./hwpoison-entry.ts";
import { awaitMapPte, beginInvalidation, mayMap, sayPassedOver } from "./mapped-walk.ts";
import { type MigratedPage, mapMoved, migrationEntry, pageAt, replaceByMigration } from "./moved-mapping.ts";
import { invalidateRangeEnd } from "./notifier.ts";
import { dropReference, letGo, putPage } from "./page.ts";
import { awaitPtl, hasPageTable, isExclusive, isMigration, isPresent, pfn, releasePtl } from "./page-table.ts";
import { unlessPinned } from "./pinned.ts";
import { freezeHugePmd, removeMigrationPmd, setPmdMigrationEntry } from "./pmd-migration.ts";
import { isMapped, placesOf, rmapWalk, useVma } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";
import { mapZeroPageOr, type ZeroFilled } from "./zero-filled.ts";

/** try_to_migrate(): replaces every mapping of the page by a migration entry. */
export const tryToMigrate = procedure<MigratedPage>("try_to_migrate", { file: "mm/rmap.c" }, (k, migrated) => {
  rmapWalk(k, migrated, {
    visit: (mm, place) => k.call(tryToMigrateOne, { ...migrated, ...place, mm }),
    done: not(isMapped(migrated.context.machine, migrated.page)),
    locked: migrated.splits === true,
  });
});

/** try_to_migrate_one(): false if a mapping has to stay because the page is pinned. */
const tryToMigrateOne = procedure<MigratedPage & { readonly mm: number }>(
  "try_to_migrate_one",
  { file: "mm/rmap.c", returns: bool },
  (k, migrated) => {
    const { context, mm, va, large } = migrated;
    const pair = pairOf(migrated);
    const goesOn = k.register("goes_on", bool);
    const locked = pair.count > 1 ? k.register("locked", bool) : constant(0, bool);
    const notifies = context.machine.has("migration-notifies");
    k.set(goesOn, true);
    if (notifies) beginInvalidation(k, migrated, pair);
    const byPte = migrated.vma.pmdMappable ? k.register("by_pte", bool) : constant(1, bool);
    if (!isConstant(byPte)) {
      k.set(byPte, true);
      k.if(large, () => {
        const replaced = k.call(migrated.splits === true ? freezeHugePmd : setPmdMigrationEntry, migrated);
        k.set(byPte, eq(replaced, "by_pte"));
        const endsWalk = migrated.splits === true && !context.machine.has("split-goes-on-after-pmd");
        k.set(goesOn, endsWalk ? byPte : ne(replaced, "kept"));
      });
    }
    for (let each = pair.first; each < pair.first + pair.count; each++) {
      const replace = () => replaceMapping(k, { ...migrated, va: each, pageVa: va, goesOn, locked });
      k.if(and(byPte, goesOn, each === va ? true : large), replace);
    }
    if (notifies) k.call(invalidateRangeEnd, { context, mm });
    k.return(goesOn);
  },
);

interface ReplacedMapping extends MigratedPage {
  readonly mm: number;
  /**
   * The address to which `page` belongs. `va` is the address that is visited, of this page or another page of the
   * folio.
   */
  readonly pageVa: number;
  /**
   * Two registers: `goesOn` is set to false if the mapping has to stay; `locked` says whether the walk has the
   * page-table lock.
   */
  readonly goesOn: Expr;
  readonly locked: Expr;
}

function replaceMapping(k: Recorder, replaced: ReplacedMapping): void {
  const { context, va, mm, goesOn, locked } = replaced;
  const { machine } = context;
  const page = pageAt(replaced, va, replaced.pageVa);
  const keep = () => k.set(goesOn, false);
  const atOnce = replaced.flushesAtOnce === true || machine.has("migration-flushes-tlb");
  const name = machine.addresses[va];
  const pte = machine.pte(mm, va);
  const pteval = k.register(`pteval ${name}`, machine.types.pte);
  const poisoned = isPoisoned(machine, page);
  const replace = (old: Expr, write: Expr | boolean) =>
    replaceByMigration(k, machine, { mm, va, page }, migrationEntry(machine, page, old, write));
  const unlessPoisoned = (drop: () => void, otherwise: () => void) => {
    if (isConstant(poisoned)) return otherwise();
    const byHwpoison = () => {
      k.outcome("writes a hwpoison entry for", page);
      replaceByHwpoison(k, machine, { mm, va, page });
      drop();
    };
    k.if(poisoned, byHwpoison, otherwise);
  };
  const note =
    "passes over an entry that looks empty without the PTL; takes the PTL, clears a present entry of the page, replaces an exclusive one";
  k.step(`page_vma_mapped_walk ${name}`, note, () => {
    awaitMapPte(k, context, { mm, va }, replaced.splits === true ? true : locked);
    useVma(k, context, mm, va);
    const found = and(mayMap(pte), eq(pfn(pte), page), hasPageTable(machine, mm, replaced.vma));
    if (!isConstant(locked)) k.set(locked, or(locked, mayMap(pte)));
    // The device has given up the page. Its mapping becomes a readable entry of a page that belongs to this mapping
    // alone.
    const drop = () => dropReference(k, context, page);
    const replaceExclusive = () =>
      unlessPoisoned(drop, () => {
        k.outcome("replaces the entry", pte, "by a migration entry");
        replace(pte, false);
        drop();
      });
    const entry = { context, mm, va, page, pteval };
    // No CPU has a translation of a page in a device's memory.
    const replacePrivate = () => {
      k.outcome("replaces the entry", pte, "by a migration entry");
      replace(pte, field(pte, "write"));
      dropReference(k, context, page);
    };
    clearFoundEntry(k, entry, { found, walker: "try_to_migrate_one", replaceExclusive, replacePrivate, keep });
    if (!atOnce) k.if(isPresent(pteval), () => putOffFlush(k, machine, mm));
  });
  k.if(isPresent(pteval), () => {
    if (atOnce)
      k.step(`ptep_flush ${name}`, "flushes the old translation from the CPUs' TLBs", () =>
        flushTlb(k, machine, mm, va, 1),
      );
    const also = "writes the migration entry, drops the mapping and its reference, unlocks the PTL";
    k.step(`set the migration entry ${name}`, also, () => {
      k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
      const byMigration = () => {
        k.outcome("writes the migration entry and drops the mapping of", page);
        replace(pteval, field(pteval, "write"));
        putPage(k, context, page);
      };
      const putBack = () => {
        k.outcome("finds", page, "pinned: puts the entry back");
        k.set(pte, pteval);
        letGo(k, context, page);
        keep();
      };
      unlessPoisoned(
        () => putPage(k, context, page),
        () => unlessPinned(k, machine, page, byMigration, putBack),
      );
      k.outcome("drops the PTL");
      releasePtl(k, context, mm);
    });
  });
}

/**
 * A split makes hwpoison entries of the mappings of a page with a hardware error. (One that a PMD stands for becomes a
 * migration entry nevertheless, and is mapped again.) Nothing else in the model that makes migration entries comes
 * beside an error.
 */
function isPoisoned(machine: Machine, page: Expr): Expr {
  if (!machine.uses("memory_failure")) return constant(0, bool);
  return machine.hwpoison(machine.has("migration-poisons-one-page") ? page : machine.head(page));
}

interface PutBack extends MigratedPage {
  readonly to: Expr;
  /** After a split. */
  readonly zero?: ZeroFilled | undefined;
}

/**
 * remove_migration_ptes(): maps `to` at every address at which the page was mapped. `to` is the copy or, after a
 * failure, the page itself. Up to v6.14 the walk mistakes exclusive entries for migration entries: they become present,
 * the device is not notified, and the reference of the exclusive entry remains. Since v5.19 such a page then belongs to
 * the mapping alone, as it does for every entry except a readable migration entry.
 */
export const removeMigrationPtes = procedure<PutBack>(
  "remove_migration_ptes",
  { file: "mm/migrate.c" },
  (k, migrated) => {
    const { context, to, large, zero } = migrated;
    const { machine } = context;
    const places = placesOf(machine, migrated.vma, migrated.va);
    const byPte = places.some(({ vma }) => vma.pmdMappable) ? k.register("by_pte", bool) : constant(1, bool);
    const putBack = (mm: number, place: { readonly vma: Vma; readonly va: number }) => {
      const { first, count } = pairOf({ ...migrated, ...place });
      if (!isConstant(byPte)) {
        k.set(byPte, true);
        // A split leaves no PMD that stands for the folio.
        if (migrated.splits !== true)
          k.if(large, () => k.set(byPte, not(k.call(removeMigrationPmd, { ...migrated, ...place, mm }))));
      }
      for (let va = first; va < first + count; va++) {
        const pte = machine.pte(mm, va);
        const label = `remove_migration_pte ${at(machine.mms, mm).name} ${at(machine.addresses, va)}`;
        const one = () =>
          k.step(label, "under the PTL: maps the page if there is a migration entry for it", () => {
            awaitPtl(k, context, mm);
            useVma(k, context, mm, va);
            const own = pageAt(migrated, va, place.va);
            const target = va === place.va ? to : pageAt({ ...migrated, page: to }, va, place.va);
            const takesExclusive = machine.has("rmap-takes-exclusive-for-migration") ? isExclusive(pte) : false;
            const entry = and(or(isMigration(pte), takesExclusive), eq(pfn(pte), own));
            if (machine.has("migration-rechecks-entry")) k.if(not(entry), () => sayPassedOver(k, pte));
            const softDirtyIfDirty = !machine.has("migration-keeps-soft-dirty");
            const map = () => mapMoved(k, machine, { mm, va, page: target, softDirtyIfDirty, byPmd: false });
            k.if(machine.has("migration-rechecks-entry") ? entry : true, () =>
              mapZeroPageOr(
                k,
                machine,
                { mm, va, page: target },
                { isZero: zero?.[va === place.va ? "page" : "other"], map },
              ),
            );
          });
        k.if(and(byPte, va === place.va ? true : large), one);
      }
      return true as const;
    };
    rmapWalk(k, migrated, { visit: putBack, locked: migrated.splits === true });
  },
);

export interface MigrationWait {
  readonly context: Context;
  readonly va: number;
  readonly orig: Expr;
}

/** migration_entry_wait(): sleeps while the page is being moved, which is as long as the page is locked. */
export const migrationEntryWait = procedure<MigrationWait>(
  "migration_entry_wait",
  { file: "mm/migrate.c" },
  (k, { context, va, orig }) => {
    const { machine, mm } = context;
    k.step("wait", "waits until the entry has changed or its page is unlocked", () => {
      const changed = ne(machine.pte(mm, va), orig);
      k.await(or(changed, eq(machine.pageLock(pfn(orig)), 0)));
      k.if(
        changed,
        () => k.outcome("sees the entry changed to", machine.pte(mm, va)),
        () => k.outcome("sees that", pfn(orig), "is no longer locked"),
      );
    });
  },
);
