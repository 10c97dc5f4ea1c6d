/** Entries that stand for a page while it is moved (mm/rmap.c try_to_migrate, mm/migrate.c remove_migration_ptes). */
import { add, and, constant, type Expr, eq, field, makeWord, ne, not, or, subtract } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import { hasLargeFolios, type Vma, vmaAt } from "../machine.ts";
import { clearFoundEntry } from "./clear-entry.ts";
import { markMlocked, unmarkMlocked } from "./mlocked.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { addMapping, addReference, dropReference, letGo, putPage, removeMapping, setAnonExclusive } from "./page.ts";
import { awaitPtl, isExclusive, isMigration, isPresent, pfn, releasePtl } from "./page-table.ts";
import { unlessPinned } from "./pin.ts";
import { rmapWalk, useVma } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";

export interface MigratedPage {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  readonly page: Expr;
}

/** try_to_migrate(): replaces every mapping of the page by a migration entry. */
export const tryToMigrate = procedure<MigratedPage>("try_to_migrate", { file: "mm/rmap.c" }, (k, migrated) => {
  rmapWalk(k, migrated, (mm, place) => k.call(tryToMigrateOne, { ...migrated, ...place, mm }));
});

const tryToMigrateOne = procedure<MigratedPage & { readonly mm: number }>(
  "try_to_migrate_one",
  { file: "mm/rmap.c" },
  (k, migrated) => {
    const { context, mm } = migrated;
    const range = folioRange(migrated);
    const notifies = context.machine.has("migration-notifies");
    if (notifies) k.call(invalidateRangeStart, { context, event: "CLEAR", mm, ...range });
    for (let va = range.first; va < range.first + range.count; va++)
      replaceMapping(k, { ...migrated, va }, migrated.va);
    if (notifies) k.call(invalidateRangeEnd, { context, mm });
  },
);

/** The addresses at which pages of the folio can be mapped: the page's own, or the pair that it belongs to. */
function folioRange({ context, vma, va }: MigratedPage): { readonly first: number; readonly count: number } {
  const first = vma.folio === 2 ? va - ((va - vma.first) % 2) : va;
  const end = vma.first + vma.count;
  return { first, count: hasLargeFolios(context.machine) ? Math.min(vma.folio, end - first) : 1 };
}

/** The folio's page that belongs at an address, given the one that belongs at another; and whether it is of the folio. */
function pageAt({ context, page }: MigratedPage, va: number, pageVa: number): { page: Expr; there: Expr } {
  if (va === pageVa) return { page, there: constant(1, bool) };
  const { machine } = context;
  const other = va > pageVa ? add(page, va - pageVa) : subtract(page, pageVa - va);
  // A page of a large folio has the other one beside it, so the number is a page's wherever it is used.
  return { page: { ...other, type: machine.types.page } as Expr, there: machine.largeFolio(page) };
}

function replaceMapping(k: Recorder, migrated: MigratedPage & { readonly mm: number }, pageVa: number): void {
  const { context, va, mm } = migrated;
  const { machine } = context;
  const { page, there } = pageAt(migrated, va, pageVa);
  const name = machine.addresses[va];
  const pte = machine.pte(mm, va);
  const pteval = k.register(`pteval ${name}`, machine.types.pte);
  const replace = (old: Expr, write: Expr | boolean) => {
    const entry = makeWord(machine.types.pte, {
      kind: "migration",
      pfn: page,
      write,
      soft_dirty: field(old, "soft_dirty"),
      uffd_wp: field(old, "uffd_wp"),
      anon_exclusive: machine.anonExclusive(page),
      ...(machine.has("migration-keeps-dirty") ? { dirty: field(old, "dirty"), young: field(old, "young") } : {}),
    });
    k.set(pte, entry);
    removeMapping(k, machine, page);
    unmarkMlocked(k, machine, { mm, va, page });
    setAnonExclusive(k, machine, page, false);
  };
  const note = "takes the PTL; clears a present entry of the page, replaces an exclusive one";
  k.step(`page_vma_mapped_walk ${name}`, note, () => {
    awaitPtl(k, context, mm);
    useVma(k, context, mm, va);
    const found = and(there, or(isPresent(pte), isExclusive(pte)), eq(pfn(pte), page));
    // The device has given the page up; its mapping becomes a read-only one of a page that is its alone.
    const replaceExclusive = () => {
      replace(pte, false);
      dropReference(k, context, page);
    };
    clearFoundEntry(k, { context, mm, va, page, pteval }, { found, walker: "try_to_migrate_one", replaceExclusive });
  });
  k.if(isPresent(pteval), () => {
    k.step(`ptep_flush ${name}`, "flushes the old translation from the CPUs' TLBs", () => {
      if (machine.has("migration-flushes-tlb")) flushTlb(k, machine, mm, va, 1);
    });
    const also = "writes the entry, drops the mapping and its reference, unlocks the PTL";
    k.step(`set the migration entry ${name}`, also, () => {
      k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
      unlessPinned(
        k,
        machine,
        page,
        () => {
          replace(pteval, field(pteval, "write"));
          putPage(k, context, page);
        },
        () => {
          k.set(pte, pteval);
          letGo(k, context, page);
        },
      );
      releasePtl(k, context, mm);
    });
  });
}

/**
 * remove_migration_ptes(): maps `to` (the copy, or after a failure the page itself) where the page was mapped. Up to
 * v6.14 the walk takes exclusive entries for migration entries: they become present without a word to the device, and
 * their own reference stays. Only a writable migration entry makes the mapping writable, so that such a page is mapped
 * read-only; since v5.19 it becomes the mapping's alone, as for every entry but a readable migration entry.
 */
export const removeMigrationPtes = procedure<MigratedPage & { readonly to: Expr }>(
  "remove_migration_ptes",
  { file: "mm/migrate.c" },
  (k, migrated) => {
    const { context, to } = migrated;
    const { machine } = context;
    rmapWalk(k, migrated, (mm, place) => {
      const { first, count } = folioRange({ ...migrated, ...place });
      for (let va = first; va < first + count; va++) {
        const pte = machine.pte(mm, va);
        const label = `remove_migration_pte ${machine.mms[mm]?.name} ${machine.addresses[va]}`;
        k.step(label, "under the PTL: maps the page where an entry of its migration stands", () => {
          awaitPtl(k, context, mm);
          useVma(k, context, mm, va);
          const own = pageAt(migrated, va, place.va);
          const target = va === place.va ? to : pageAt({ ...migrated, page: to }, va, place.va).page;
          const takesExclusive = machine.has("rmap-takes-exclusive-for-migration") ? isExclusive(pte) : false;
          const entry = and(own.there, or(isMigration(pte), takesExclusive), eq(pfn(pte), own.page));
          k.if(machine.has("migration-rechecks-entry") ? entry : own.there, () => {
            const writable = and(isMigration(pte), field(pte, "write"));
            const write = and(writable, machine.vmaWrite(mm, vmaAt(machine, va)));
            // The bit is looked at only where the entry is not a writable one.
            const uffdWp = and(field(pte, "uffd_wp"), not(writable));
            const exclusive = or(field(pte, "anon_exclusive"), isExclusive(pte));
            addReference(k, machine, target);
            addMapping(k, machine, target);
            markMlocked(k, machine, { mm, vma: vmaAt(machine, va), page: target });
            if (machine.has("anon-exclusive")) k.if(exclusive, () => setAnonExclusive(k, machine, target, true));
            const dirty = and(field(pte, "dirty"), machine.pageDirty(target));
            // On x86 pte_mkdirty sets the soft-dirty bit as well.
            const marks = machine.has("migration-keeps-soft-dirty") ? false : dirty;
            const softDirty = or(field(pte, "soft_dirty"), marks);
            const young = field(pte, "young");
            const bits = { write, dirty, young, soft_dirty: softDirty, uffd_wp: uffdWp };
            k.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: target, ...bits }));
          });
        });
      }
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
