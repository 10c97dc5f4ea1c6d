/** Splitting a large folio into single pages (mm/huge_memory.c, split_huge_page_to_list; since 6.15 __folio_split). */
import { add, and, constant, type Expr, eq, not } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { breakUp, otherPage } from "./folio.ts";
import { putbackLruPage } from "./lru.ts";
import { removeMigrationPtes, tryToMigrate } from "./migration-entry.ts";
import { unlockPage } from "./page.ts";
import { folioMapcount, isMapped, takeAnonVmaLock, upReadUnheld } from "./reverse-map.ts";
import { sayWhether } from "./say-whether.ts";
import { freeSwapCache } from "./swap-cache.ts";
import { cacheReferences, cachesFolios } from "./swap-slots.ts";
import { chooseZeroFilled, registerZeroFilled } from "./zero-filled.ts";

export interface SplitFolio {
  readonly context: Context;
  /** Where the page can be mapped. */
  readonly vma: Vma;
  readonly va: number;
  /**
   * Any page of a large folio. The caller has locked the folio and has one reference; after a split it has those of this
   * page.
   */
  readonly page: Expr;
}

/**
 * split_folio(): true if the folio was split. Migration entries take the place of all its mappings, exclusive ones too,
 * until two single pages are mapped instead of the folio, or the folio again; or the zero page instead of a page that
 * holds only zeros. The lock of the reverse map is taken for writing. Here it counts as one for reading: it keeps VMAs
 * from coming and going, and walks of the folio's mappings need the folio's lock.
 */
export const splitFolio = procedure<SplitFolio>(
  "split_folio",
  { file: "mm/huge_memory.c", returns: bool },
  (k, { context, vma, va, page }) => {
    const { machine } = context;
    const readers = machine.anonVmaReaders(vma);
    const split = k.register("split", bool);
    const other = k.register("other page", machine.types.page);
    const head = machine.head(page);
    // The caller's reference, and those of the swap cache.
    const others = () => (cachesFolios(machine) ? add(cacheReferences(machine, page), 1) : constant(1));
    const zero = registerZeroFilled(k, machine);
    k.step("can_split_folio", "locks the reverse map if only mappings and the caller refer to the folio", () => {
      const unreferenced = eq(add(folioMapcount(machine, page), others()), machine.refcount(page));
      sayWhether(k, split, and(isMapped(machine, page), unreferenced), [
        ["finds that only mappings refer to the folio of", page, "and locks the reverse map"],
        ["finds other references to the folio of", page, "or no mapping: gives up"],
      ]);
      k.if(split, () => {
        takeAnonVmaLock(k, machine, vma);
        k.set(other, otherPage(machine, page));
      });
    });
    k.if(not(split), () => k.return(false));
    const frozen = { context, vma, va, page, large: constant(1, bool), flushesAtOnce: true, splits: true } as const;
    k.call(tryToMigrate, frozen);
    k.step("folio_ref_freeze", "splits the folio if it is not mapped and only the caller refers to it", () => {
      const unused = machine.has("split-freezes-references") ? eq(machine.refcount(page), others()) : true;
      sayWhether(k, split, and(not(isMapped(machine, page)), unused), [
        ["splits the folio of", page],
        ["finds other references to the folio of", page, ": leaves it whole"],
      ]);
      for (const each of Object.values(zero ?? {})) k.set(each, false);
      k.if(split, () => {
        const first = k.register("first page", machine.types.page);
        k.set(first, head);
        breakUp(k, context, first);
        chooseZeroFilled(k, zero);
      });
    });
    k.call(removeMigrationPtes, { ...frozen, to: page, zero });
    k.if(split, () => {
      k.step("folio_unlock of the other page", "unlocks the page that the caller has not asked for", () =>
        unlockPage(k, context, other),
      );
      k.step("folio_put of the other page", "drops its reference, and so frees it if it was not mapped", () => {
        if (cachesFolios(machine)) freeSwapCache(k, context, other);
        putbackLruPage(k, context, other);
      });
    });
    k.step("anon_vma_unlock_write", "unlocks the reverse map", () =>
      decrement(k, readers, upReadUnheld, "lock-discipline"),
    );
    k.return(split);
  },
);
