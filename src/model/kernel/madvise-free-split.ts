/** MADV_FREE of a part of a large folio, which is split first (mm/madvise.c madvise_free_pte_range). */
import type { Expr } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { getPage, putPage, tryLockPage, unlockPage } from "./page.ts";
import { pfn } from "./page-table.ts";
import { type SplitFolio, splitFolio } from "./split-folio.ts";

export interface Split extends SplitFolio {
  /** A register: whether the folio is to be split, and then whether it was. */
  readonly splits: Expr;
}

/**
 * Part of the step that reads an entry of a large folio: puts its page into `page`, locks the folio and takes a
 * reference, unless others map the folio or its lock is taken.
 */
export function beginSplit(k: Recorder, { context, va, page, splits }: Split, unshared: Expr): void {
  const { machine, mm } = context;
  k.set(page, pfn(machine.pte(mm, va)));
  k.set(splits, unshared);
  k.if(
    splits,
    () => {
      tryLockPage(k, context, page, () => k.set(splits, false));
      k.if(splits, () => getPage(k, context, page));
    },
    () => k.outcome("finds other mappings of the folio of", page, ": leaves it"),
  );
}

/** The split, without the page-table lock. */
export function finishSplit(k: Recorder, { context, splits, ...folio }: Split): void {
  k.set(splits, k.call(splitFolio, { context, ...folio }));
  k.step("folio_unlock", "unlocks the page, or the folio that stays whole", () => unlockPage(k, context, folio.page));
  k.step("folio_put", "drops the reference that MADV_FREE took", () => putPage(k, context, folio.page));
}
