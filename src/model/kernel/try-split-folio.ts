/** When migration splits a large folio, and moves a single page of it (mm/migrate.c). */
import { and } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { lockPage, unlockPage } from "./page.ts";
import { sayWhether } from "./say-whether.ts";
import { type SplitFolio, splitFolio } from "./split-folio.ts";

/** try_split_folio(): true if the folio was split. */
export const trySplitFolio = procedure<SplitFolio>(
  "try_split_folio",
  { file: "mm/migrate.c", returns: bool },
  (k, folio) => {
    const { context, page } = folio;
    k.step("folio_lock", "locks the folio", () => lockPage(k, context, page));
    const split = k.call(splitFolio, folio);
    k.step("folio_unlock", "unlocks the folio, or the page of it", () => unlockPage(k, context, page));
    k.return(split);
  },
);

/**
 * Part of migrate_pages(): splits a folio that has PG_partially_mapped. The flag is never taken back, so a walk that puts
 * migration or exclusive entries in place of one mapping after the other sets it, too. If the split fails, the folio is
 * moved as a whole.
 */
export function splitIfPartlyMapped(k: Recorder, folio: SplitFolio): void {
  const { context, page } = folio;
  const { machine } = context;
  const splits = k.register("partially_mapped", bool);
  const meaning = "checks whether a page of a large folio has lost its mappings by itself";
  k.step("folio_test_partially_mapped", meaning, () =>
    sayWhether(k, splits, and(machine.largeFolio(page), machine.partlyMapped(page)), [
      ["finds the folio of", page, "partly mapped, now or before"],
      ["finds no folio that was partly mapped"],
    ]),
  );
  k.if(splits, () => {
    k.call(trySplitFolio, folio);
  });
}
