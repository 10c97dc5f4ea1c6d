/** Taking the pages of a range in order to collapse it (mm/khugepaged.c __collapse_huge_page_isolate). */
import { add, and, constant, type Expr, eq, field, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, VmaOperation } from "../machine/context.ts";
import type { Machine, Vma } from "../machine/machine.ts";
import { usesUserfaultfd } from "../machine/userfaultfd.ts";
import { putbackLruPage, setIsolated } from "./lru.ts";
import { getPage, tryLockPage, unlockPage } from "./page.ts";
import { isNone, isPresent, isZeroPage, pfn } from "./page-table.ts";
import { folioMapcount } from "./reverse-map.ts";
import { sayWhether } from "./say-whether.ts";
import { cacheReferences } from "./swap-slots.ts";

/** Two pages become one folio. */
export const addressesOf = ({ first }: Vma): readonly [number, number] => [first, first + 1];

/** userfaultfd_armed(): userfaultfd would have to hear that an empty entry is filled. */
export const userfaultfdArmed = (machine: Machine, mm: number, vma: Vma): Expr =>
  usesUserfaultfd(machine) ? machine.userfaultfd(mm, vma) : constant(0, bool);

/** pte_none() or the zero page: there is no page to copy. */
export const isNoneOrZero = (machine: Machine, pte: Expr): Expr => or(isNone(pte), isZeroPage(machine, pte));

/** Whether two entries map pages of one folio, which is taken once. */
const isOfSameFolio = (machine: Machine, first: Expr, second: Expr): Expr =>
  and(
    isPresent(first),
    not(isZeroPage(machine, first)),
    isPresent(second),
    not(isZeroPage(machine, second)),
    eq(machine.head(pfn(first)), machine.head(pfn(second))),
  );

/** is_refcount_suitable(), later folio_expected_ref_count(): only mappings and the swap cache refer to the folio. */
export function isUnreferenced(machine: Machine, page: Expr): Expr {
  if (!machine.has("collapse-checks-references")) return constant(1, bool);
  const mapped = folioMapcount(machine, page);
  return eq(machine.swapSlots > 0 ? add(mapped, cacheReferences(machine, page)) : mapped, machine.refcount(page));
}

export interface Collapse extends VmaOperation {
  /** Registers: whether the collapse goes on, and for each address whether the lock of its page was taken there. */
  readonly go: Expr;
  readonly taken: readonly Expr[];
}

/**
 * Takes the locks of all pages, and the pages off their lists, or sets `go` to false and takes none. The page-table
 * lock, which the kernel holds, would keep no other actor away: the mmap lock and the lock of the VMA are held for
 * writing, the reverse map is locked, and pin_user_pages_fast() takes no lock.
 */
export function isolatePages(k: Recorder, { context, vma, go, taken }: Collapse): void {
  const { machine } = context;
  const [first, second] = addressesOf(vma);
  for (const each of taken) k.set(each, false);
  for (const [position, va] of [first, second].entries())
    k.if(go, () => isolatePage(k, { context, vma, go, isTaken: at(taken, position), va }));
  const ptes = [first, second].map((va) => machine.pte(context.mm, va));
  if (machine.has("collapse-needs-writable"))
    k.if(go, () =>
      k.step("pte_write", "checks whether any entry is writable", () =>
        sayWhether(k, go, or(...ptes.map((pte) => and(isPresent(pte), field(pte, "write")))), [
          ["finds a writable entry"],
          ["finds no writable entry: gives up"],
        ]),
      ),
    );
  k.if(not(go), () => {
    for (const [position, va] of [first, second].entries())
      k.if(at(taken, position), () =>
        releasePage(k, context, { va, page: pfn(at(ptes, position)), when: "after failure" }),
      );
  });
}

function isolatePage(
  k: Recorder,
  { context, vma, go, isTaken, va }: VmaOperation & { readonly go: Expr; readonly isTaken: Expr; readonly va: number },
): void {
  const { machine, mm } = context;
  const [first, second] = addressesOf(vma);
  const pte = machine.pte(mm, va);
  const page = pfn(pte);
  const name = at(machine.addresses, va);
  k.step(`folio_trylock ${name}`, "reads the entry, and takes the lock of its page if that is free", () => {
    const empty = isNoneOrZero(machine, pte);
    const rechecks = machine.has("collapse-rechecks-uffd-wp") ? field(pte, "uffd_wp") : false;
    const again = va === second ? isOfSameFolio(machine, machine.pte(mm, first), pte) : false;
    k.set(go, or(and(empty, not(userfaultfdArmed(machine, mm, vma))), and(isPresent(pte), not(empty), not(rechecks))));
    k.if(not(go), () => k.outcome("finds the entry", pte, ": gives up"));
    k.if(and(go, empty), () => k.outcome("finds the entry", pte, ": has no page to take"));
    k.if(and(go, not(empty), again), () => k.outcome("finds", page, "in the folio that it has taken"));
    k.if(and(go, not(empty), not(again)), () => {
      k.set(isTaken, true);
      tryLockPage(k, context, page, () => {
        k.set(go, false);
        k.set(isTaken, false);
      });
    });
  });
  k.if(and(go, isTaken), () => {
    // An actor that takes a page off its list has a reference, or gets one from a lookup that does not ask for the list.
    const looksTwice = machine.uses("memory_failure");
    if (looksTwice)
      k.step(`folio_expected_ref_count ${name}`, "checks whether anything else refers to the page", () =>
        sayWhether(k, go, isUnreferenced(machine, page), [
          ["finds no other reference to", page],
          ["finds other references to", page],
        ]),
      );
    k.step(`folio_isolate_lru ${name}`, "takes the page off its list if nothing else refers to it", () => {
      const unreferenced = looksTwice ? go : isUnreferenced(machine, page);
      sayWhether(k, go, and(unreferenced, not(machine.isolated(page))), [
        ["finds no other reference to", page, "and takes it off its list"],
        ["finds other references to", page, "or finds it off its list: gives up"],
      ]);
      k.if(
        go,
        () => {
          setIsolated(k, machine, page, true);
          getPage(k, context, page);
        },
        () => {
          unlockPage(k, context, page);
          k.set(isTaken, false);
        },
      );
    });
  });
}

interface Release {
  readonly va: number;
  readonly page: Expr;
  readonly when: string;
  /** What comes before the page is back on its list. */
  readonly before?: () => void;
}

/** release_pte_folio(): unlocks the page and puts it back on its list. */
export function releasePage(k: Recorder, context: Context, { va, page, when, before }: Release): void {
  const name = at(context.machine.addresses, va);
  k.step(`folio_unlock ${name} ${when}`, "unlocks the page", () => unlockPage(k, context, page));
  k.step(`folio_putback_lru ${name} ${when}`, "puts the page back on its list", () => {
    before?.();
    putbackLruPage(k, context, page);
  });
}
