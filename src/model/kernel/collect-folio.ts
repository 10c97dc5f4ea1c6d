/**
 * Large folios that a move to the memory of a device meets (mm/migrate_device.c). The model moves one page, so a folio is
 * split. Since 7.0 a driver may ask for whole folios (MIGRATE_VMA_SELECT_COMPOUND), but a range that is smaller than a
 * PMD takes none.
 */
import { and, type Expr, eq, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Machine, pairOf, type Vma, vmaAt } from "../machine/machine.ts";
import {
  forgetName,
  getPage,
  letGo,
  lockPage,
  nameWithoutReference,
  putPage,
  tryLockPage,
  unlockPage,
  usePage,
} from "./page.ts";
import { isMigration, pfn } from "./page-table.ts";
import { sayWhether } from "./say-whether.ts";
import { splitFolio } from "./split-folio.ts";

const file = "mm/migrate_device.c";

interface Collected {
  readonly context: Context;
  readonly va: number;
}

export interface CollectedFolio extends Collected {
  /** Registers: whether the entry is of a large folio that is now to be split, and its first page. */
  readonly large: Expr;
  readonly folio: Expr;
  /** A register, if `beginsAgain`: whether the walk does. */
  readonly again: Expr;
}

/**
 * Since 6.5: whether the walk begins again if it comes to the entry and a PMD maps a folio by then (pte_offset_map_lock
 * fails).
 */
export const beginsAgain = (machine: Machine, vma: Vma): boolean =>
  vma.pmdMappable && (machine.has("collect-awaits-moving-pmd") || machine.has("collect-splits-mapped-folio"));

/**
 * Looks at the entry (`look`) once the folio there is split. `passOver` ends the walk at a folio that is being moved, is
 * locked or stays whole. Up to 6.19 a folio that is mapped page by page is not split.
 */
export function collectSplit(
  k: Recorder,
  { large, folio, again, ...collected }: CollectedFolio,
  { look, passOver }: { readonly look: () => void; readonly passOver: () => void },
): void {
  const { machine } = collected.context;
  const once = () => {
    if (!vmaAt(machine, collected.va).pmdMappable) return look();
    k.loop(() => {
      k.if(not(k.call(collectHugePmd, collected)), passOver);
      look();
      k.if(not(again), () => k.break());
    });
  };
  if (!machine.has("collect-splits-mapped-folio")) return once();
  k.loop(() => {
    once();
    k.if(not(large), () => k.break());
    k.if(not(k.call(migrateVmaSplitFolio, { ...collected, folio })), passOver);
  });
}

/** Part of the step that looks at the entry, which maps a page of a large folio that is to be split. */
export function leaveToSplit(k: Recorder, { context, va, large, folio }: CollectedFolio): void {
  const { machine, mm } = context;
  const page = pfn(machine.pte(mm, va));
  k.outcome("finds", page, "in a large folio: drops the PTL to split it");
  k.set(large, true);
  k.set(folio, machine.head(page));
  if (machine.has("collect-keeps-folio")) getPage(k, context, folio);
  else nameWithoutReference(k, context, folio);
}

/** `by_pte`: no PMD maps the page. `passed_over`: its folio is being moved. */
const collectedPmd = enumeration("CollectedPmd", ["by_pte", "passed_over", "split"]);

/**
 * What migrate_vma_collect_pmd() does with a PMD before it looks at entries, since 7.0 in a function of its own: false if
 * the walk passes over the address. The folio's lock is tried after the page-table lock (PTL) was dropped; since 7.0
 * before.
 */
const collectHugePmd = procedure<Collected>("migrate_vma_collect_huge_pmd", { file, returns: bool }, (k, collected) => {
  const { context, va } = collected;
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  const pmd = machine.pte(mm, vma.first);
  const byPmd = machine.pmdMapped(mm, vma);
  const moving = and(byPmd, isMigration(pmd));
  const folio = k.register("folio", machine.types.page);
  const outcome = k.register("outcome", collectedPmd);
  const locked = k.register("locked", bool);
  const awaits = machine.has("collect-awaits-moving-pmd");
  const take = () => {
    k.outcome("takes a reference to the folio of", pfn(pmd));
    k.set(outcome, "split");
    k.set(folio, pfn(pmd));
    getPage(k, context, folio);
  };
  const passOver = () => {
    k.outcome("finds the folio of", pfn(pmd), "being moved: passes over it");
    k.set(outcome, "passed_over");
  };
  k.step("pmd_lock", "takes the PTL, and a reference to a folio that the PMD maps", () => {
    k.await(or(not(byPmd), eq(machine.ptl(mm), 0)));
    if (awaits) k.await(not(moving));
    k.if(
      byPmd,
      () => (awaits ? take() : k.if(moving, passOver, take)),
      () => {
        k.outcome("finds no folio that is mapped by a PMD");
        k.set(outcome, "by_pte");
      },
    );
  });
  k.if(eq(outcome, "passed_over"), () => k.return(false));
  k.if(eq(outcome, "by_pte"), () => k.return(true));
  const drops = machine.has("collect-drops-reference");
  k.step("folio_trylock", "takes the folio's lock if it is free", () => {
    k.set(locked, true);
    tryLockPage(k, context, folio, () => {
      k.set(locked, false);
      if (drops) return;
      k.outcome("forgets its reference");
      letGo(k, context, folio);
    });
  });
  k.if(not(locked), () => {
    if (drops) k.step("folio_put of a locked folio", "drops the reference", () => putPage(k, context, folio));
    k.return(false);
  });
  const split = splitWhole(k, collected, folio);
  release(k, context, folio);
  k.return(split);
});

/**
 * migrate_vma_split_folio(), since 7.0, for a folio that is mapped page by page: false if it stays whole. Its caller has
 * dropped the page-table lock, without a reference to the folio.
 */
const migrateVmaSplitFolio = procedure<Collected & { readonly folio: Expr }>(
  "migrate_vma_split_folio",
  { file, returns: bool },
  (k, { folio, ...collected }) => {
    const { context } = collected;
    const { machine } = context;
    const split = k.register("split", bool);
    if (!machine.has("collect-keeps-folio"))
      k.step("folio_get", "takes a reference to the folio that it knows by its number alone", () => {
        usePage(k, context, folio);
        forgetName(k, context);
        getPage(k, context, folio);
      });
    k.step("folio_lock", "locks the folio", () => {
      lockPage(k, context, folio);
      sayWhether(k, split, machine.largeFolio(folio), [["finds it whole"], ["finds it split already: gives up"]]);
      k.assert(split, "VM_WARN_ON_ONCE_FOLIO(!folio_test_large(folio))");
    });
    k.if(split, () => k.set(split, splitWhole(k, collected, folio)));
    release(k, context, folio);
    k.return(split);
  },
);

/** split_folio() of a locked folio, called with its first page. */
function splitWhole(k: Recorder, { context, va }: Collected, folio: Expr): Expr {
  const vma = vmaAt(context.machine, va);
  return k.call(splitFolio, { context, vma, va: pairOf({ vma, va }).first, page: folio });
}

function release(k: Recorder, context: Context, folio: Expr): void {
  k.step("folio_unlock after the split", "unlocks the first page, or the folio that stays whole", () =>
    unlockPage(k, context, folio),
  );
  k.step("folio_put after the split", "drops the reference", () => putPage(k, context, folio));
}
