/** When migration splits a large folio, and moves a single page of it (mm/migrate.c). */
import { and, constant, type Expr, eq, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { type Machine, rootOf, type Vma } from "../machine/machine.ts";
import { nextPage } from "./folio.ts";
import { lockPage, unlockPage } from "./page.ts";
import { mapsPage } from "./page-table.ts";
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
 * Part of migrate_pages(): splits a folio that has PG_partially_mapped. The kernel sets the flag when a page of the folio
 * loses its last mapping while another page is mapped, and never takes it back. So a walk that puts migration or
 * exclusive entries in place of one mapping after the other sets it, too. Here the flag of a folio that is mapped page by
 * page is a choice, unless a page is not mapped now. If the split fails, the folio is moved as a whole.
 */
export function splitIfPartlyMapped(k: Recorder, folio: SplitFolio): void {
  const { context, page } = folio;
  const { machine } = context;
  const splits = k.register("partially_mapped", bool);
  const meaning = "checks whether a page of a large folio has lost its mappings by itself";
  k.step("folio_test_partially_mapped", meaning, () => {
    k.set(splits, false);
    k.if(
      and(machine.largeFolio(page), not(isMappedByPmd(machine, page))),
      () =>
        k.choose({
          "partly mapped": () => {
            k.outcome("finds the folio of", page, "partly mapped, now or before: splits it");
            k.set(splits, true);
          },
          "mapped as a whole": () => {
            k.await(not(isPartlyMapped(machine, page)));
            k.outcome("finds that the folio of", page, "was always mapped as a whole");
          },
        }),
      () => k.outcome("finds no folio that was partly mapped"),
    );
  });
  k.if(splits, () => {
    k.call(trySplitFolio, folio);
  });
}

function isPartlyMapped(machine: Machine, page: Expr): Expr {
  const head = machine.head(page);
  return or(eq(machine.mapcount(head), 0), eq(machine.mapcount(nextPage(machine, head)), 0));
}

/**
 * Whether the PMD of any process maps the folio. Who changes such a PMD empties one of its entries after the other, and only
 * who has taken the folio off its list empties both.
 */
function isMappedByPmd(machine: Machine, page: Expr): Expr {
  const head = machine.head(page);
  const maps = (mm: number, vma: Vma) =>
    or(mapsPage(machine.pte(mm, vma.first), head), mapsPage(machine.pte(mm, vma.first + 1), nextPage(machine, head)));
  const byPmd = machine.vmas
    .filter((vma) => vma.pmdMappable)
    .flatMap((vma) =>
      [...machine.mms.keys()]
        .filter((mm) => rootOf(machine, mm) === vma.mm)
        .map((mm) => and(machine.pmdMapped(mm, vma), maps(mm, vma))),
    );
  return or(constant(0, bool), ...byPmd);
}
