/** How reclaim begins to swap out a large folio: as a whole, or after a split (mm/vmscan.c shrink_folio_list). */
import { add, and, type Expr, eq, ne, not } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { nextPage } from "./folio.ts";
import { folioMapcount } from "./reverse-map.ts";
import { sayWhether } from "./say-whether.ts";
import { type SplitFolio, splitFolio } from "./split-folio.ts";
import { addToSwapCache, isFreeSlot, readSlot } from "./swap-cache.ts";
import { cachesFolios, inSwapCache, slotsOf } from "./swap-slots.ts";

interface Outcome {
  /** A register: false if reclaim has to leave the page. */
  readonly go: Expr;
  /** A register: the page is in a large folio that is in the swap cache. */
  readonly whole: Expr;
}

/**
 * Up to 6.8 a large folio is split, if no PMD maps it; since 6.10 it is put into the swap cache as it is, and `slot`
 * becomes the slot of the page. Then it is split only if no adjacent slots are free. That is possible at any time,
 * because slots of other processes may lie between the free ones. (A folio that was marked as partly mapped is split in
 * any case; here that is the same choice.)
 */
export function splitOrSwapOut(
  k: Recorder,
  { slot, ...folio }: SplitFolio & { readonly slot: Expr },
  { go, whole }: Outcome,
): void {
  const { context, page } = folio;
  const { machine } = context;
  const isLarge = machine.largeFolio(page);
  const split = () => k.set(go, k.call(splitFolio, folio));
  k.set(whole, false);
  if (!cachesFolios(machine)) {
    const large = k.register("large", bool);
    k.step(
      "folio_test_large",
      "checks whether the page is in a large folio, which is split before it is swapped out",
      () =>
        sayWhether(k, large, isLarge, [
          ["finds", page, "in a large folio"],
          ["finds", page, "in no large folio"],
        ]),
    );
    k.set(go, not(large));
    // Without swap space reclaim does not look for such folios at all.
    if (machine.swapSlots > 0) k.if(large, split);
    return;
  }
  const adds = k.register("adds", bool);
  k.step(
    "can_split_folio",
    "checks whether the page is in a large folio, and whether only mappings refer to it",
    () => {
      const cached = inSwapCache(machine, page);
      // The caller has one reference.
      const unreferenced = eq(add(folioMapcount(machine, page), 1), machine.refcount(page));
      const fresh = and(isLarge, not(cached));
      k.set(whole, and(isLarge, cached));
      k.set(adds, and(fresh, unreferenced));
      k.set(go, not(and(fresh, not(unreferenced))));
      k.if(not(isLarge), () => k.outcome("finds", page, "in no large folio"));
      k.if(whole, () => {
        k.outcome("finds the folio of", page, "in the swap cache already");
        readSlot(k, machine, page, slot);
      });
      k.if(adds, () => k.outcome("finds that only mappings refer to the folio of", page));
      k.if(not(go), () => k.outcome("finds other references to the folio of", page, ": leaves it"));
    },
  );
  k.if(adds, () => {
    k.step("folio_alloc_swap", "puts the folio into the swap cache, dirty, if adjacent slots are free", () =>
      takeSlots(k, context, { page, slot, whole }),
    );
    k.if(not(whole), split);
  });
}

/** folio_alloc_swap() of a folio of two pages: two adjacent slots. The first one is even. */
function takeSlots(
  k: Recorder,
  context: Context,
  { page, slot, whole }: { readonly page: Expr; readonly slot: Expr; readonly whole: Expr },
): void {
  const { machine } = context;
  const head = machine.head(page);
  const firsts = slotsOf(machine).filter((first) => first % 2 === 0 && first + 1 < machine.swapSlots);
  const take = (first: number) => () => {
    k.await(and(isFreeSlot(machine, first), isFreeSlot(machine, first + 1)));
    k.outcome("puts the folio of", page, `into the swap cache for slots ${first} and ${first + 1}`);
    k.set(slot, first);
    k.if(ne(head, page), () => k.set(slot, first + 1));
    addToSwapCache(k, context, head, first);
    addToSwapCache(k, context, nextPage(machine, head), first + 1);
    k.set(machine.pageDirty(page), true);
    k.set(whole, true);
  };
  k.choose({
    ...Object.fromEntries(firsts.map((first) => [`slots ${first} and ${first + 1}`, take(first)])),
    "no adjacent slots are free": () => k.outcome("finds no adjacent slots: has the folio of", page, "split"),
  });
}
