/** Moving a folio that a PMD maps: one migration entry stands for both of its pages (mm/huge_memory.c). */
import { and, type Expr, eq, field, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { mapByPageTable } from "./huge-memory.ts";
import { markPmdMlocked } from "./mlocked.ts";
import { type MigratedPage, mapMoved, migrationEntry, pageAt, replaceByMigration } from "./moved-mapping.ts";
import { letGo, putPage, removeMappings, takeInHand } from "./page.ts";
import { awaitPtl, holdPtl, isMigration, isPresent, none, pfn, releasePtl } from "./page-table.ts";
import { unlessPinned } from "./pinned.ts";
import { useVma } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";

const file = "mm/huge_memory.c";

export interface MappedByPmd extends MigratedPage {
  readonly mm: number;
}

/** `by_pte`: no PMD maps the folio. `kept`: it is pinned and stays mapped. */
export const pmdMigration = enumeration("PmdMigration", ["by_pte", "replaced", "kept"]);

/** The addresses that the PMD stands for, and the page of the folio at each. */
export function pagesOf(migrated: MigratedPage): readonly { readonly va: number; readonly page: Expr }[] {
  const { vma, va } = migrated;
  return [vma.first, vma.first + 1].map((each) => ({ va: each, page: pageAt(migrated, each, va) }));
}

/** Whether an entry of the PMD is of one kind, and of the page that belongs there. */
export function standsFor(machine: Machine, { mm, vma, va, page }: MappedByPmd, isKind: (pte: Expr) => Expr): Expr {
  const pte = machine.pte(mm, va);
  return and(machine.pmdMapped(mm, vma), isKind(pte), eq(pfn(pte), page));
}

export const setPmdMigrationEntry = procedure<MappedByPmd>(
  "set_pmd_migration_entry",
  { file, returns: pmdMigration },
  (k, migrated) => replacePmd(k, migrated, false),
);

/**
 * split_huge_pmd_locked() with `freeze`: migration entries of single pages take the place of the PMD. A pinned folio is
 * mapped page by page. Up to 6.14 this is announced by itself, before the walk of the entries.
 */
export const freezeHugePmd = procedure<MappedByPmd>(
  "split_huge_pmd_locked",
  { file, returns: pmdMigration },
  (k, migrated) => replacePmd(k, migrated, true),
);

/**
 * The translations of the PMD are flushed at once, whatever the caller would defer. The walk looks at the PMD once
 * without the page-table lock (PTL), and takes the lock if the PMD is not a page table.
 */
function replacePmd(k: Recorder, migrated: MappedByPmd, freeze: boolean): void {
  const { context, mm, vma, page } = migrated;
  const { machine } = context;
  const outcome = k.register("outcome", pmdMigration);
  const entries = pagesOf(migrated).map(({ va, page: own }) => ({
    va,
    page: own,
    pte: machine.pte(mm, va),
    old: k.register(`pmdval ${machine.addresses[va]}`, machine.types.pte),
  }));
  k.step("pmdp_invalidate", "takes the PTL and invalidates a PMD that maps the folio", () => {
    k.await(or(eq(machine.ptl(mm), 0), not(machine.pmdMapped(mm, vma))));
    useVma(k, context, mm, migrated.va);
    k.set(outcome, "by_pte");
    if (freeze) assertNotMigrating(k, machine, { mm, vma });
    k.if(
      standsFor(machine, migrated, isPresent),
      () => {
        k.outcome("takes the PTL and invalidates the PMD of", page);
        k.set(outcome, "replaced");
        holdPtl(k, context, mm);
        for (const each of entries) {
          k.set(each.old, each.pte);
          k.set(each.pte, none(machine));
          takeInHand(k, context, page);
        }
      },
      () => k.outcome("finds no PMD that maps", page),
    );
  });
  k.if(eq(outcome, "replaced"), () => {
    k.step("flush_pmd_tlb_range", "flushes the old translations from the CPUs' TLBs", () =>
      flushTlb(k, machine, mm, vma.first, vma.count),
    );
    const what = freeze ? "maps migration entries page by page" : "writes the migration entry";
    const note = `${what}, drops the mapping and its reference, unlocks the PTL`;
    k.step(freeze ? "pmd_populate" : "set_pmd_at", note, () => {
      const replace = () => {
        k.outcome("writes the migration entry and drops the mapping of", page);
        const replaceEach = () => {
          for (const each of entries) {
            k.if(field(each.old, "dirty"), () => k.set(machine.pageDirty(each.page), true));
            const old =
              freeze || machine.has("huge-migration-keeps-uffd-wp")
                ? each.old
                : withFields(each.old, { uffd_wp: false });
            const entry = migrationEntry(machine, each.page, old, field(old, "write"));
            replaceByMigration(k, machine, { mm, ...each }, entry);
          }
        };
        removeMappings(k, machine, page, replaceEach);
        putFolio(k, context, page);
      };
      const keep = () => {
        k.outcome("finds", page, freeze ? "pinned: maps it page by page" : "pinned: puts the PMD back");
        k.set(outcome, "kept");
        for (const each of entries) {
          k.set(each.pte, each.old);
          letGo(k, context, page);
        }
      };
      unlessPinned(k, machine, page, replace, keep);
      if (freeze) mapByPageTable(k, { machine, mm }, vma);
      k.outcome("drops the PTL");
      releasePtl(k, context, mm);
    });
  });
  k.return(outcome);
}

/** Part of a step that splits the PMD of a folio, whatever the PMD is. */
export function assertNotMigrating(k: Recorder, machine: Machine, { mm, vma }: Pick<MappedByPmd, "mm" | "vma">): void {
  if (!machine.uses("migrate") || machine.has("split-spares-migrating-pmd")) return;
  const migrating = and(machine.pmdMapped(mm, vma), isMigration(machine.pte(mm, vma.first)));
  k.assert(not(migrating), "split_huge_pmd_locked: pmd_folio() of a migration entry");
}

/** folio_put() of the reference of a PMD. The model counts one for each page. */
export function putFolio(k: Recorder, context: Context, page: Expr): void {
  letGo(k, context, page);
  decrement(k, context.machine.refcount(page), "put_page on a page without references");
  putPage(k, context, page);
}

/** remove_migration_pmd(): true if a migration entry stood for the folio, and the PMD maps `to` as a whole again. */
export const removeMigrationPmd = procedure<MappedByPmd & { readonly to: Expr }>(
  "remove_migration_pmd",
  { file, returns: bool },
  (k, migrated) => {
    const { context, mm, vma, page, to } = migrated;
    const { machine } = context;
    const found = k.register("found", bool);
    k.step("set_pmd_at", "under the PTL: maps the folio if the PMD is a migration entry for it", () => {
      awaitPtl(k, context, mm);
      useVma(k, context, mm, migrated.va);
      k.set(found, standsFor(machine, migrated, isMigration));
      k.if(not(found), () => k.outcome("finds no PMD that is a migration entry for", page));
      k.if(found, () => {
        const softDirtyIfDirty = !machine.has("huge-migration-keeps-soft-dirty");
        for (const each of pagesOf({ ...migrated, page: to }))
          mapMoved(k, machine, { mm, ...each, softDirtyIfDirty, byPmd: true });
        if (machine.has("huge-migration-marks-mlocked")) markPmdMlocked(k, machine, { mm, vma, page: to });
      });
    });
    k.return(found);
  },
);
