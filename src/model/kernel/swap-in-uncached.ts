/**
 * Swap-in that goes past the swap cache, for a synchronous device and the only entry of a slot (mm/memory.c
 * do_swap_page). Two faults can each read the slot into a page of their own. A claim of the slot, which looks to others
 * like a page in the swap cache, lets only one of them do so.
 */
import { add, and, type Expr, eq, field, gt, isConstant, ne, not, or, select, subtract } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { allocatePage, putPage, takePageLock, unlockPage } from "./page.ts";
import { sayWhether } from "./say-whether.ts";
import { markNewer } from "./tracking.ts";

/** Whether faults of the scenario can go past the swap cache. */
export const skipsSwapCache = (machine: Machine): boolean =>
  machine.synchronousSwap && machine.has("swap-in-skips-cache");

interface UncachedRead {
  readonly context: Context;
  /** The entry as the fault read it. */
  readonly orig: Expr;
}

/** A register that says whether the fault goes past the swap cache; constant if no fault can. */
export function decideToSkip(k: Recorder, { context, orig }: UncachedRead, skips: Expr): void {
  if (isConstant(skips)) return;
  k.step("__swap_count", "goes past the swap cache if no other entry stands for the slot", () =>
    sayWhether(k, skips, eq(context.machine.swapCount(field(orig, "slot")), 1), [
      ["finds no other entry for the slot: goes past the swap cache"],
      ["finds other entries for the slot, or none: uses the swap cache"],
    ]),
  );
}

/**
 * A new page with a reference, read from the slot; `page` is no page at first. It leaves by one of the callbacks if no page is free, or if another
 * actor has the slot.
 */
export function readPastSwapCache(
  k: Recorder,
  { context, orig }: UncachedRead,
  page: Expr,
  leave: { readonly noMemory: () => void; readonly taken: () => void },
): void {
  const { machine, actor } = context;
  const slot = field(orig, "slot");
  k.step("alloc_swap_folio", "allocates a page", () => allocatePage(k, context, page, () => {}));
  k.if(eq(page, machine.noPage), leave.noMemory);
  k.step("__folio_set_locked", "sets the lock bit of the new page", () => {
    if (!machine.has("swap-in-sets-lock-blindly")) k.await(eq(machine.pageLock(page), 0));
    takePageLock(k, context, page);
  });
  if (machine.has("swap-in-claims-slot")) {
    const claimed = k.register("claimed", bool);
    k.step("swapcache_prepare to claim the slot", "claims the slot if it is in use and no other actor has it", () => {
      const taken = or(machine.slotClaimed(slot), ne(machine.swapCache(slot), 0));
      sayWhether(k, claimed, and(not(taken), gt(machine.swapCount(slot), 0)), [
        ["claims the slot"],
        ["finds that it cannot claim the slot: gives up"],
      ]);
      k.if(claimed, () => k.set(machine.slotClaimed(slot), true));
    });
    k.if(not(claimed), () => {
      k.step("schedule_timeout_uninterruptible", "sleeps, in effect until the slot is not claimed any more", () =>
        k.await(not(machine.slotClaimed(slot))),
      );
      k.step("folio_unlock of an unused page", "unlocks the page", () => unlockPage(k, context, page));
      k.step("folio_put of an unused page", "gives the page back; the access is tried again", () =>
        putPage(k, context, page),
      );
      leave.taken();
    });
  }
  k.step("swap_read_folio past the swap cache", "reads the page from the slot", () => {
    markNewer(k, machine, page, false);
    k.set(machine.slotRead(actor), add(slot, 1));
    k.set(machine.slotReadOutdated(actor), false);
  });
  k.step("folio_unlock after reading", "unlocks the page", () => unlockPage(k, context, page));
}

/** Part of the step that maps the page: reports whether the page still has the content for which the entry stands. */
export function emitUncached(k: Recorder, { context, orig }: UncachedRead, page: Expr): void {
  const { machine, actor } = context;
  const cached = machine.swapCache(field(orig, "slot"));
  const current = not(machine.slotReadOutdated(actor));
  k.if(
    gt(cached, 0),
    () => k.emit("page_swapped_in", { page, current: and(current, not(machine.newer(subtract(cached, 1)))) }),
    () => k.emit("page_swapped_in", { page, current }),
  );
}

/** Part of the step that maps the page or gives it back. */
export function endUncachedRead(k: Recorder, { machine, actor }: Context): void {
  if (!skipsSwapCache(machine)) return;
  k.set(machine.slotRead(actor), 0);
  k.set(machine.slotReadOutdated(actor), false);
}

/** swapcache_clear(), at the end of a fault that went past the swap cache. */
export function dropClaim(k: Recorder, { context, orig }: UncachedRead, skips: Expr, when = ""): void {
  const { machine } = context;
  if (!machine.has("swap-in-claims-slot")) return;
  k.if(skips, () =>
    k.step(`swapcache_clear${when}`, "drops the claim of the slot", () =>
      k.set(machine.slotClaimed(field(orig, "slot")), false),
    ),
  );
}

/** Part of the step that writes a slot: what was read from it before is no longer its content. */
export function outdateReads(k: Recorder, machine: Machine, slot: Expr): void {
  if (!skipsSwapCache(machine)) return;
  for (const actor of machine.actors.keys()) {
    const outdated = machine.slotReadOutdated(actor);
    k.set(outdated, select(eq(machine.slotRead(actor), add(slot, 1)), true, outdated));
  }
}
