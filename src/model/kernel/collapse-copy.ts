/** Putting one folio in the place of the pages of a range (mm/khugepaged.c, the end of collapse_huge_page). */
import { add, and, type Expr, makeWord, ne, not } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { addressesOf, type Collapse, isNoneOrZero, releasePage } from "./collapse-isolate.ts";
import { markPmdMlocked, unmarkMlocked } from "./mlocked.ts";
import { setNewPageFlags } from "./new-page.ts";
import { addNewAnonRmap, addReference, letGo, putPage, removeMapping, takeInHand } from "./page.ts";
import { awaitPtl, none, pfn } from "./page-table.ts";
import { addToRss, takeFromRss } from "./rss.ts";
import { freeSwapCache } from "./swap-cache.ts";

export interface NewFolio extends Collapse {
  /** The first page of the new folio. */
  readonly folio: Expr;
}

/**
 * __collapse_huge_page_copy(), and then set_pmd_at(). All of the old pages stay locked while their contents are copied,
 * and single pages are unlocked before their entries are cleared. Up to 6.3 each page was copied just before that.
 * A copy may meet the error in a page's memory, or may not.
 */
export function copyPages(k: Recorder, { context, vma, folio, go, taken }: NewFolio): void {
  const { machine, mm } = context;
  const entries = addressesOf(vma).map((va, position) => {
    const name = at(machine.addresses, va);
    const page = k.register(`page ${name}`, machine.types.page);
    const large = k.register(`large ${name}`, bool);
    return { va, pte: machine.pte(mm, va), name, page, large, isTaken: at(taken, position) };
  });
  const mayFail = machine.uses("memory_failure") && machine.has("collapse-survives-errors");
  for (const { pte, name, page, large } of entries) {
    const copy = () => {
      k.outcome("copies", pfn(pte));
      k.set(page, pfn(pte));
      k.set(large, machine.largeFolio(pfn(pte)));
      k.set(machine.copied(pfn(pte)), true);
    };
    const fail = () => {
      k.await(machine.hwpoison(pfn(pte)));
      k.outcome("finds an error in", pfn(pte), ": gives up");
      k.set(go, false);
    };
    k.if(mayFail ? go : true, () =>
      k.step(`copy_mc_user_highpage ${name}`, "copies the page, or fills with zeros what has no page", () =>
        k.if(
          isNoneOrZero(machine, pte),
          () => {
            k.outcome("finds the entry", pte, ": fills the new page with zeros");
            k.set(page, machine.noPage);
          },
          () => (mayFail ? k.choose({ copied: copy, "machine check": fail }) : copy()),
        ),
      ),
    );
  }
  const replace = () => replacePages(k, { context, vma, folio, go, taken }, entries);
  if (mayFail) k.if(go, replace, () => putBack(k, { context, vma, taken }));
  else replace();
}

interface CopiedEntry {
  readonly va: number;
  readonly pte: Expr;
  readonly name: string;
  /** Registers: the old page, and whether it belongs to a large folio. */
  readonly page: Expr;
  readonly large: Expr;
  readonly isTaken: Expr;
}

/** __collapse_huge_page_copy_failed(): no lock of the reverse map is needed, because the pages are locked still. */
function putBack(k: Recorder, { context, vma, taken }: Pick<NewFolio, "context" | "vma" | "taken">): void {
  const { machine, mm } = context;
  k.step("pmd_populate after a failed copy", "lets the PMD point to the page table again", () => {
    awaitPtl(k, context, mm);
    k.set(machine.pmdEmpty(mm, vma), false);
    for (const va of addressesOf(vma)) {
      const pte = machine.pte(mm, va);
      k.if(not(isNoneOrZero(machine, pte)), () => k.set(machine.copied(pfn(pte)), false));
    }
  });
  for (const [position, va] of addressesOf(vma).entries())
    k.if(at(taken, position), () =>
      releasePage(k, context, { va, page: pfn(machine.pte(mm, va)), when: "after a failed copy" }),
    );
}

/** __collapse_huge_page_copy_succeeded(), and then set_pmd_at(). */
function replacePages(k: Recorder, { context, vma, folio }: NewFolio, entries: readonly CopiedEntry[]): void {
  const { machine, mm } = context;
  for (const { va, pte, name, page, large, isTaken } of entries) {
    k.if(and(isTaken, not(large)), () => releasePage(k, context, { va, page, when: "before its entry is cleared" }));
    k.if(ne(page, machine.noPage), () => {
      k.step(`ptep_clear ${name}`, "clears the entry and drops its mapping", () => {
        awaitPtl(k, context, mm);
        k.set(pte, none(machine));
        removeMapping(k, machine, page);
        unmarkMlocked(k, machine, { mm, va, page });
        // The kernel leaves the counter as it is, because the new folio takes the place of the page.
        takeFromRss(k, machine.rssAnon(mm));
        takeInHand(k, context, page);
        k.set(machine.copied(page), false);
      });
      const note = "takes the old page out of the swap cache if it may, and drops the entry's reference to it";
      k.step(`free_page_and_swap_cache ${name}`, note, () => {
        freeSwapCache(k, context, page);
        putPage(k, context, page);
      });
    });
  }
  for (const { va, page, large, isTaken } of entries)
    k.if(and(isTaken, large), () =>
      releasePage(k, context, { va, page, when: "of a large folio", before: () => freeSwapCache(k, context, page) }),
    );
  k.call(setNewPageFlags, { context, page: folio });
  k.step("set_pmd_at", "maps the new folio by the PMD, as memory of this process alone", () => {
    awaitPtl(k, context, mm);
    const isEmpty = and(...entries.map(({ pte }) => isNoneOrZero(machine, pte)));
    k.assert(isEmpty, "pgtable_trans_huge_deposit: the page table that is put aside maps a page");
    k.if(isEmpty, () => {
      // As in a fault, each mapping has a reference, and that of the allocation becomes the first page's.
      addReference(k, machine, folio);
      letGo(k, context, folio);
      for (const [offset, { va, pte }] of entries.entries()) {
        const page = add(folio, offset);
        const write = machine.vmaWrite(mm, vma);
        // pmd_mkdirty() also sets the soft-dirty bit on x86.
        const bits = { write, dirty: true, young: true, soft_dirty: true };
        k.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: page, ...bits }));
        addNewAnonRmap(k, context, page, va);
      }
      markPmdMlocked(k, machine, { mm, vma, page: folio });
      addToRss(k, machine.rssAnon(mm), 2);
      k.set(machine.pmdMapped(mm, vma), true);
      k.set(machine.pageTable(mm, vma), false);
      k.set(machine.pmdEmpty(mm, vma), false);
    });
  });
}
