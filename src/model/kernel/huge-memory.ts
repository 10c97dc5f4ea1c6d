/** Folios that are mapped as a whole, by a PMD (mm/huge_memory.c). */
import { and, constant, type Expr, eq, field, ne, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { movesPages } from "../machine/device-memory.ts";
import { type Vma, vmaAt } from "../machine/machine.ts";
import { hasMigrationEntries } from "../machine/migration-entries.ts";
import { isAsync, usesUserfaultfd } from "../machine/userfaultfd.ts";
import { type SharedEntry, shareEntry, shareMigrationEntry } from "./copy-entry.ts";
import { nextPage } from "./folio.ts";
import { unmarkMlocked } from "./mlocked.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { addReference, getPage, lockPage, putPage, sayPageLocked, setAnonExclusive, unlockPage } from "./page.ts";
import {
  awaitPtl,
  emptiesPmds,
  isMigration,
  isPmdNone,
  isPresent,
  maybeMkwrite,
  pfn,
  sayChanged,
  userfaultfdPteWp,
} from "./page-table.ts";
import { maybeDmaPinned } from "./pinned.ts";
import { sayWhether } from "./say-whether.ts";
import { mayFreeSwap, tryToFreeSwap } from "./swap-cache.ts";
import { cachesFolios } from "./swap-slots.ts";
import { flushTlb } from "./tlb.ts";

const file = "mm/huge_memory.c";

interface VmaInContext {
  readonly context: Context;
  readonly vma: Vma;
}

/**
 * split_huge_pmd(), which notifies all devices. The folio stays whole. v5.14 also locks the folio, so that a write fault
 * that counts its mappings finds them all; here such a fault counts them in one step.
 */
export function splitHugePmd(k: Recorder, { context, vma }: VmaInContext): void {
  const { machine, mm } = context;
  k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: vma.first, count: vma.count });
  k.step("__split_huge_pmd_locked", "maps the folio page by page, and flushes it from the CPUs' TLBs", () => {
    awaitPtl(k, context, mm);
    k.if(
      machine.pmdMapped(mm, vma),
      () => {
        k.outcome("maps the folio page by page, and flushes it from the CPUs' TLBs");
        const first = machine.pte(mm, vma.first);
        if (movesPages(machine) && !machine.has("split-of-moving-pmd-takes-no-reference"))
          k.if(isMigration(first), () => addReference(k, machine, pfn(first)));
        mapByPageTable(k, context, vma);
        flushTlb(k, machine, mm, vma.first, vma.count);
      },
      () => k.outcome("finds that no PMD maps a folio any longer"),
    );
  });
  k.call(invalidateRangeEnd, { context, mm });
}

/**
 * Part of the split: a page table takes the place of the PMD. A PMD has one bit of each kind, and so all its entries get
 * the same. On x86, pte_mkdirty() also sets the soft-dirty bit. A migration entry becomes migration entries with all of
 * its bits.
 */
export function mapByPageTable(k: Recorder, { machine, mm }: Pick<Context, "machine" | "mm">, vma: Vma): void {
  k.set(machine.pmdMapped(mm, vma), false);
  k.set(machine.pageTable(mm, vma), true);
  const ptes = Array.from({ length: vma.count }, (_, offset) => machine.pte(mm, vma.first + offset));
  const any = (bit: string) => or(...ptes.map((pte) => field(pte, bit)));
  const first = machine.pte(mm, vma.first);
  const moving = hasMigrationEntries(machine) ? isMigration(first) : constant(0, bool);
  const keeps = machine.has("split-keeps-dirty");
  k.if(and(any("dirty"), not(moving)), () => k.set(machine.pageDirty(pfn(first)), true));
  if (!machine.has("split-keeps-mlocked"))
    k.if(not(moving), () => unmarkMlocked(k, machine, { mm, va: vma.first, page: pfn(first) }));
  for (const pte of ptes) {
    const soft_dirty = or(any("soft_dirty"), keeps ? and(any("dirty"), not(moving)) : false);
    k.set(pte, withFields(pte, { young: any("young"), soft_dirty, dirty: and(any("dirty"), keeps ? true : moving) }));
  }
}

/**
 * A walk of all of a VMA looks at the PMD once without the page-table lock, and passes over an empty one. That is a step
 * only if a PMD can be empty for a moment.
 */
export function unlessPmdNone(
  k: Recorder,
  { context, vma, by }: Pick<SplitIfHuge, "context" | "vma" | "by">,
  walk: () => void,
  passOver: () => void = () => {},
): void {
  const { machine, mm } = context;
  if (!emptiesPmds(machine, vma)) return walk();
  const empty = k.register("pmd_none", bool);
  k.step(by, "looks at the PMD without the PTL, and passes over an empty one", () =>
    sayWhether(k, empty, isPmdNone(machine, mm, vma), [
      ["finds the PMD empty: passes over it"],
      ["finds a PMD to walk"],
    ]),
  );
  k.if(empty, passOver, walk);
}

interface SplitIfHuge extends VmaInContext {
  /** The step. */
  readonly by: string;
  /** It waits for the page-table lock. */
  readonly underPtl: boolean;
  /** Whether the VMA allows what the caller wants. If it does not, the caller never comes to the PMD. */
  readonly allowed?: Expr;
}

/**
 * A step that looks for a PMD that maps the folio, and the split if it finds one. `underPtl`: get_user_pages() waits for
 * the lock, and does not split what is being moved. All others look without the lock, and split a migration entry, too.
 */
export function splitIfHuge(
  k: Recorder,
  { context, vma, by, underPtl, allowed = constant(1, bool) }: SplitIfHuge,
): void {
  const split = k.register("split", bool);
  k.step(by, "checks whether the page is mapped by a PMD", () => {
    if (underPtl) awaitPtl(k, context, context.mm);
    const { machine, mm } = context;
    k.set(split, and(allowed, machine.pmdMapped(mm, vma), underPtl ? isPresent(machine.pte(mm, vma.first)) : true));
    k.if(
      split,
      () => k.outcome("finds the page mapped by a PMD"),
      () =>
        k.if(
          allowed,
          () => k.outcome("finds the page mapped by no PMD"),
          () => k.outcome("finds no VMA that allows the access"),
        ),
    );
  });
  k.if(split, () => splitHugePmd(k, { context, vma }));
}

/** `by_pte`: the fault goes on with one page. `done`: it ends, and the access is tried again. */
const hugeOutcome = enumeration("HugeOutcome", ["by_pte", "done", "split", "waits"]);

export interface HugeWriteFault {
  readonly context: Context;
  readonly va: number;
  /** The entry as the fault read it. */
  readonly orig: Expr;
  readonly unshare: boolean;
}

/**
 * do_huge_pmd_wp_page(): true if the fault ends, because the process may go on with the folio, which belongs to it
 * alone, or because the PMD has changed. If others use the folio, the mapping is split, and the fault goes on with one
 * page. A fault that waits for the folio's lock has a reference to the folio, so that a migration that has the lock
 * fails.
 */
export const doHugePmdWpPage = procedure<HugeWriteFault>("do_huge_pmd_wp_page", { file, returns: bool }, (k, fault) => {
  const { context, va, orig, unshare } = fault;
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  const page = pfn(orig);
  const outcome = k.register("outcome", hugeOutcome);
  const locked = k.register("locked", bool);
  k.set(locked, false);
  const meaning = "under the PTL: reuses a folio that belongs to this process alone, if its lock is free";
  k.loop(() => {
    k.step("do_huge_pmd_wp_page", meaning, () => {
      awaitPtl(k, context, mm);
      k.if(locked, () => {
        unlockPage(k, context, page);
        putPage(k, context, page);
      });
      const byPmd = machine.pmdMapped(mm, vma);
      const reported = unshare ? false : userfaultfdPteWp(machine, mm, vma, orig);
      const huge = and(byPmd, not(reported));
      const same = eq(machine.pte(mm, va), orig);
      const known = machine.has("anon-exclusive") ? machine.anonExclusive(page) : constant(0, bool);
      const waits = and(not(known), ne(machine.pageLock(page), 0));
      k.set(outcome, "by_pte");
      k.if(not(byPmd), () => k.outcome("finds the page mapped by no PMD"));
      k.if(and(byPmd, reported), () => {
        k.outcome("leaves the write to userfaultfd");
        // wp_huge_pmd() has the mapping split: one page loses its mark.
        if (isAsync(machine, vma)) k.set(outcome, "split");
      });
      k.if(and(huge, not(same)), () => {
        sayChanged(k, machine.pte(mm, va));
        k.set(outcome, "done");
      });
      k.if(and(huge, same, waits), () => {
        sayPageLocked(k, context, page);
        k.set(outcome, "waits");
        getPage(k, context, page);
      });
      k.if(and(huge, same, not(waits)), () =>
        k.if(
          or(known, isAlone(context, page)),
          () => {
            k.outcome("reuses the folio of", page);
            k.set(outcome, "done");
            if (cachesFolios(machine)) k.if(not(known), () => tryToFreeSwap(k, context, page));
            reuse(k, fault);
          },
          () => {
            k.outcome("finds the folio of", page, "in use elsewhere: has the mapping split");
            k.set(outcome, "split");
          },
        ),
      );
    });
    k.if(ne(outcome, "waits"), () => k.break());
    k.step("folio_lock", "waits for the folio's lock", () => lockPage(k, context, page));
    k.set(locked, true);
  });
  k.if(eq(outcome, "split"), () => splitHugePmd(k, { context, vma }));
  k.return(eq(outcome, "done"));
});

/**
 * Whether nothing but the PMD refers to the folio or, without the feature, maps a page of it. The references of the swap
 * cache do not count if they can be dropped (folio_free_swap). The model counts a mapping and a reference for each page.
 */
function isAlone({ machine }: Context, page: Expr): Expr {
  const head = machine.head(page);
  if (machine.has("huge-cow-counts-references")) {
    const alone = eq(machine.refcount(page), 2);
    if (!cachesFolios(machine)) return alone;
    return or(alone, and(mayFreeSwap(machine, page), eq(machine.refcount(page), 4)));
  }
  return and(eq(machine.mapcount(head), 1), eq(machine.mapcount(nextPage(machine, head)), 1));
}

/**
 * As in the kernel, the new entry is made of the one that the fault read. A PMD has one mark of userfaultfd. Here each
 * entry has one, and userfaultfd changes one after the other: an entry that it has changed already stays as if the fault
 * had come before the change of both.
 */
function reuse(k: Recorder, { context, va, orig, unshare }: HugeWriteFault): void {
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  for (let each = vma.first; each < vma.first + vma.count; each++) {
    const pte = machine.pte(mm, each);
    const read = each === va ? orig : pte;
    const page = pfn(read);
    if (machine.has("reuse-moves-anon-vma") && machine.mms.length > 1)
      k.if(not(machine.anonExclusive(page)), () => k.set(machine.anonVmaOf(page), mm));
    setAnonExclusive(k, machine, page, true);
    const write = maybeMkwrite(machine, mm, vma);
    const made = withFields(read, { young: true, dirty: true, soft_dirty: true, write });
    const marked = each !== va && usesUserfaultfd(machine) ? ne(field(pte, "uffd_wp"), field(orig, "uffd_wp")) : false;
    if (!unshare) k.if(not(marked), () => k.set(pte, made));
  }
}

/**
 * copy_huge_pmd(): true if parent and child now share the folio, each by a write-protected PMD, or by a migration entry
 * that is not writable. A folio that may be pinned is not shared: its mapping is split, and fork copies page by page.
 */
export const copyHugePmd = procedure<{ readonly context: Context; readonly child: number; readonly vma: Vma }>(
  "copy_huge_pmd",
  { file, returns: bool },
  (k, { context, child, vma }) => {
    const { machine, mm } = context;
    const first = machine.pte(mm, vma.first);
    const outcome = k.register("outcome", hugeOutcome);
    const share = (one: (k: Recorder, entry: SharedEntry) => void) => {
      k.set(outcome, "done");
      for (let va = vma.first; va < vma.first + vma.count; va++) one(k, { context, child, addr: va });
      k.set(machine.pmdMapped(child, vma), true);
    };
    const meaning = "under both PTLs: write-protects the parent's PMD and copies it to the child";
    k.step("copy_huge_pmd", meaning, () => {
      awaitPtl(k, context, child);
      awaitPtl(k, context, mm);
      const huge = and(machine.pmdMapped(mm, vma), isPresent(first));
      const page = pfn(first);
      const alone = machine.has("anon-exclusive") ? machine.anonExclusive(page) : machine.pageAnon(page);
      const pinned = machine.has("fork-copies-pinned") ? and(alone, maybeDmaPinned(machine, page)) : constant(0, bool);
      const moving = movesPages(machine) ? and(machine.pmdMapped(mm, vma), isMigration(first)) : constant(0, bool);
      k.set(outcome, "by_pte");
      k.if(not(or(huge, moving)), () => k.outcome("finds no folio that is mapped by a PMD"));
      k.if(moving, () => {
        k.outcome("copies the migration entry of the folio of", page);
        share(shareMigrationEntry);
      });
      k.if(and(huge, pinned), () => {
        k.outcome("finds that the folio of", page, "may be pinned: has the mapping split");
        k.set(outcome, "split");
      });
      k.if(and(huge, not(pinned)), () => {
        k.outcome("shares the folio of", page);
        share(shareEntry);
      });
    });
    k.if(eq(outcome, "split"), () => splitHugePmd(k, { context, vma }));
    k.return(eq(outcome, "done"));
  },
);
