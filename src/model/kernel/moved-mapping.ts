/** The entries of a page that is being moved: parts of steps, for an entry by itself or one that a PMD stands for. */
import {
  add,
  and,
  type Expr,
  field,
  isConstant,
  makeWord,
  narrowed,
  not,
  or,
  select,
  subtract,
} from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import { isDevicePage } from "../machine/device-memory.ts";
import { type Machine, type Vma, vmaAt } from "../machine/machine.ts";
import { type Mapping, markMlocked, unmarkMlocked } from "./mlocked.ts";
import { addMapping, addReference, removeMapping, setAnonExclusive } from "./page.ts";
import { isExclusive, isMigration } from "./page-table.ts";

export interface MigratedPage {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  readonly page: Expr;
  /** Whether the page belongs to a large folio. */
  readonly large: Expr;
  /** Without TTU_BATCH_FLUSH: a mapping's translations are flushed at once. */
  readonly flushesAtOnce?: boolean;
  /** For a split (TTU_RMAP_LOCKED, TTU_SYNC): the reverse map is locked, and the walk takes the PTL for every entry. */
  readonly splits?: boolean;
}

/** The page of the folio that belongs at one address, given the page that belongs at another. */
export function pageAt({ context, page }: MigratedPage, va: number, pageVa: number): Expr {
  if (va === pageVa) return page;
  const other = va > pageVa ? add(page, va - pageVa) : subtract(page, pageVa - va);
  // The two pages of a large folio have adjacent numbers, so the result is in range whenever it is used.
  return narrowed(other, context.machine.types.page);
}

/** The migration entry that takes the place of an entry. `write` is its write permission. */
export function migrationEntry(machine: Machine, page: Expr, old: Expr, write: Expr | boolean): Expr {
  return makeWord(machine.types.pte, {
    kind: "migration",
    pfn: page,
    write,
    soft_dirty: field(old, "soft_dirty"),
    uffd_wp: field(old, "uffd_wp"),
    anon_exclusive: machine.anonExclusive(page),
    ...(machine.has("migration-keeps-dirty") ? { dirty: field(old, "dirty"), young: field(old, "young") } : {}),
  });
}

/** A migration entry takes the place of a mapping. The mapping's reference is left to the caller. */
export function replaceByMigration(k: Recorder, machine: Machine, { mm, va, page }: Mapping, entry: Expr): void {
  k.set(machine.pte(mm, va), entry);
  removeMapping(k, machine, page);
  unmarkMlocked(k, machine, { mm, va, page });
  setAnonExclusive(k, machine, page, false);
}

/**
 * Maps `page` in place of a migration entry, or of an entry that is taken for one. `softDirtyIfDirty`: on x86
 * pte_mkdirty() also sets the soft-dirty bit. `byPmd`: as remove_migration_pmd() does, which keeps userfaultfd's mark of
 * a writable entry and then maps the page read-only.
 */
export function mapMoved(
  k: Recorder,
  machine: Machine,
  { mm, va, page, softDirtyIfDirty, byPmd }: Mapping & { readonly softDirtyIfDirty: boolean; readonly byPmd: boolean },
): void {
  const pte = machine.pte(mm, va);
  k.outcome("maps", page, "in place of the entry", pte);
  const asks = machine.has("put-back-maps-exclusive-read-only");
  const writable = and(asks ? isMigration(pte) : true, field(pte, "write"));
  const marked = field(pte, "uffd_wp");
  const write = and(writable, machine.vmaWrite(mm, vmaAt(machine, va)), byPmd ? not(marked) : true);
  // In an entry of one page this bit is tested only if the entry is not a writable one.
  const uffdWp = byPmd ? marked : and(marked, not(writable));
  const exclusive = or(field(pte, "anon_exclusive"), isExclusive(pte));
  addReference(k, machine, page);
  addMapping(k, machine, page);
  markMlocked(k, machine, { mm, vma: vmaAt(machine, va), page });
  if (machine.has("anon-exclusive")) k.if(exclusive, () => setAnonExclusive(k, machine, page, true));
  const dirty = and(field(pte, "dirty"), machine.pageDirty(page));
  const softDirty = or(field(pte, "soft_dirty"), softDirtyIfDirty ? dirty : false);
  const young = field(pte, "young");
  const bits = { write, dirty, young, soft_dirty: softDirty, uffd_wp: uffdWp };
  const present = makeWord(machine.types.pte, { kind: "present", pfn: page, ...bits });
  const kept = { write, soft_dirty: field(pte, "soft_dirty"), uffd_wp: field(pte, "uffd_wp") };
  const inDevice = isDevicePage(machine, page);
  const entryOf = isConstant(inDevice)
    ? present
    : select(inDevice, makeWord(machine.types.pte, { kind: "device_private", pfn: page, ...kept }), present);
  k.set(pte, entryOf);
}
