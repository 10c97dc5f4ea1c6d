/** A hardware error in the memory of an anonymous page (mm/memory-failure.c). A large folio is split first. */
import { and, type Expr, eq, isConstant, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, RangeOperation } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { clearFoundEntry } from "./clear-entry.ts";
import { replaceByHwpoison } from "./hwpoison-entry.ts";
import { mayMap } from "./mapped-walk.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { dropReference, letGo, lockPage, putPage, tryGetPage, unlockPage } from "./page.ts";
import { awaitPtl, isExclusive, isPresent, isZeroPage, pfn, releasePtl } from "./page-table.ts";
import { isMapped, rmapWalk, useVma } from "./reverse-map.ts";
import { sayWhether } from "./say-whether.ts";
import { splitFolio } from "./split-folio.ts";
import { flushTlb } from "./tlb.ts";

/**
 * memory_failure() for the page that is mapped at the address. Hardware reports the page by its number, and the address
 * only says which page is meant; so no lock is taken for the look at the entry. A page with the mark is never allocated
 * again, and the reference taken here is never dropped. If the page counts as not mapped, nothing is unmapped. No
 * process is killed: by default a process gets SIGBUS when it accesses the page. Only if a mapping was left would the
 * kernel kill the processes that have it; in the model such a page counts as out of use all the same.
 */
export const memoryFailure = procedure<RangeOperation>(
  "memory_failure",
  { file: "mm/memory-failure.c" },
  (k, { context, vma, first: va }) => {
    const { machine } = context;
    const page = k.register("page", machine.types.page);
    const go = k.register("go", bool);
    k.step("TestSetPageHWPoison", "marks the page that is mapped at the address, unless it is marked already", () => {
      const pte = machine.pte(context.mm, va);
      const there = or(isExclusive(pte), and(isPresent(pte), not(isZeroPage(machine, pte))));
      const marked = machine.hwpoison(pfn(pte));
      k.set(go, and(there, not(marked)));
      k.if(not(there), () => k.outcome("finds no page at the address: does nothing"));
      k.if(and(there, marked), () => k.outcome("finds", pfn(pte), "marked already: does nothing"));
      k.if(go, () => {
        k.outcome("marks", pfn(pte));
        k.set(page, pfn(pte));
        k.set(marked, true);
      });
    });
    k.if(not(go), () => k.return());
    const listed = not(machine.isolated(page));
    k.step("get_hwpoison_page", "takes a reference; a page that has none left is freed, and stays unused", () => {
      const take = () => tryGetPage(k, context, page, () => k.set(go, false));
      k.if(listed, take, () => {
        k.outcome("finds", page, "off its list: leaves it in use");
        k.set(go, false);
        k.set(machine.failed(context.actor), true);
      });
    });
    k.if(not(go), () => k.return());
    if (vma.folio === 2) unlessWhole(k, { context, vma, va, page });
    k.step("lock_page", "locks the page", () => lockPage(k, context, page));
    // A page that is off its list is not unmapped (identify_page_state). It is not used again, either.
    const what = isConstant(listed) ? "not mapped" : "not mapped, or off its list";
    k.step("page_mapped", "checks whether the page is mapped", () =>
      sayWhether(k, go, and(isMapped(machine, page), listed), [
        ["finds", page, "mapped"],
        ["finds", page, `${what}: has nothing to unmap`],
      ]),
    );
    k.if(go, () => k.call(hwpoisonUserMappings, { context, vma, va, page }));
    k.step("me_pagecache_clean", "takes the page out of use and unlocks it; the reference stays", () => {
      k.outcome("takes", page, "out of use");
      k.set(machine.retired(page), true);
      letGo(k, context, page);
      unlockPage(k, context, page);
    });
  },
);

/**
 * try_to_split_thp_page(): ends the call if the folio stays whole. The page then keeps its mark, but it stays in use.
 * Up to
 * 6.8 nothing else happens. Later versions (6.12.117, 6.14, 6.18.2 and 7.1.5 were read) send the signals that they also
 * send if a page is not unmapped (kill_procs_now). Up to 6.4.6 the first page of the folio is looked up before the
 * reference is taken.
 */
function unlessWhole(k: Recorder, poisoned: PoisonedPage): void {
  const { context, page } = poisoned;
  const { machine } = context;
  const large = k.register("large", bool);
  const split = k.register("split", bool);
  k.step("folio_test_large", "checks whether the page is in a large folio, which is split", () =>
    sayWhether(k, large, machine.largeFolio(page), [
      ["finds", page, "in a large folio"],
      ["finds", page, "in no large folio"],
    ]),
  );
  k.if(large, () => {
    k.step("lock_page to split the folio", "locks the folio", () => lockPage(k, context, page));
    k.set(split, k.call(splitFolio, poisoned));
    k.step("unlock_page after the split", "unlocks the page, or the folio that stays whole", () =>
      unlockPage(k, context, page),
    );
    k.if(not(split), () => {
      k.step("put_page of a folio that stays whole", "drops the reference", () => {
        putPage(k, context, page);
        k.set(machine.failed(context.actor), true);
      });
      k.return();
    });
  });
}

interface PoisonedPage {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  readonly page: Expr;
}

/**
 * try_to_unmap() with TTU_HWPOISON and TTU_SYNC: replaces every mapping of the page by an entry that leads to SIGBUS.
 */
const hwpoisonUserMappings = procedure<PoisonedPage>(
  "hwpoison_user_mappings",
  { file: "mm/memory-failure.c" },
  (k, poisoned) => {
    rmapWalk(k, poisoned, {
      visit: (mm, place) => {
        k.call(tryToUnmapOne, { ...poisoned, ...place, mm });
        return true;
      },
      done: not(isMapped(poisoned.context.machine, poisoned.page)),
    });
  },
);

/**
 * try_to_unmap_one() with TTU_HWPOISON. The flush is not deferred, and a pinned page or a page in a locked VMA is
 * unmapped as well. With TTU_SYNC the walk looks at no entry without the PTL.
 */
const tryToUnmapOne = procedure<PoisonedPage & { readonly mm: number }>(
  "try_to_unmap_one",
  { file: "mm/rmap.c" },
  (k, { context, va, page, mm }) => {
    const { machine } = context;
    const pte = machine.pte(mm, va);
    const pteval = k.register("pteval", machine.types.pte);
    const replace = () => replaceByHwpoison(k, machine, { mm, va, page });
    k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
    k.step(
      "page_vma_mapped_walk for hwpoison",
      "takes the PTL, clears a present entry of the page, replaces an exclusive one",
      () => {
        awaitPtl(k, context, mm);
        useVma(k, context, mm, va);
        const replaceExclusive = () => {
          k.outcome("replaces the entry", pte, "by a hwpoison entry");
          replace();
          dropReference(k, context, page);
        };
        const found = and(mayMap(pte), eq(pfn(pte), page));
        clearFoundEntry(k, { context, mm, va, page, pteval }, { found, walker: "try_to_unmap_one", replaceExclusive });
      },
    );
    k.if(isPresent(pteval), () => {
      k.step("ptep_clear_flush", "flushes the old translation from the CPUs' TLBs", () =>
        flushTlb(k, machine, mm, va, 1),
      );
      k.step(
        "set the hwpoison entry",
        "writes the hwpoison entry, drops the mapping and its reference, unlocks the PTL",
        () => {
          replace();
          putPage(k, context, page);
          releasePtl(k, context, mm);
        },
      );
    });
    k.call(invalidateRangeEnd, { context, mm });
  },
);
