/**
 * What fork() does with an exclusive entry: it restores the entry if it gets the page lock without waiting
 * (mm/memory.c).
 */
import { type Expr, eq, ne } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { lockPage, nameWithoutReference, putPage, sayPageLocked, takePageLock, unlockPage } from "./page.ts";
import { restoreExclusivePte } from "./remove-device-exclusive.ts";

const file = "mm/memory.c";

export interface TryRestore {
  readonly context: Context;
  readonly vma: Vma;
  readonly addr: Expr;
  /** The page of the entry. The page-table lock is held, so this cannot change. */
  readonly page: Expr;
  /**
   * v8: the page that fork() has locked and holds a reference to since it last dropped the page-table locks, or no
   * page.
   */
  readonly lockedPage: Expr | undefined;
}

/**
 * `restored`: the entry is present now. `restored_locked_page`: the entry is present now, and locked_page has been
 * unlocked and its reference dropped. `other_page`: locked_page was another page, and has been unlocked and its
 * reference dropped; fork() has to wait for the entry's page. `busy`: the entry's page is locked.
 */
const restoreResult = enumeration("RestoreResult", ["restored", "restored_locked_page", "other_page", "busy"]);

/**
 * try_restore_exclusive_pte(). In v8 it takes locked_page by reference and stores a page there without taking a
 * reference to it. At that moment the page-table lock, and with it the entry's reference, is still held.
 */
export const tryRestoreExclusivePte = procedure<TryRestore>(
  "try_restore_exclusive_pte",
  { file, returns: restoreResult },
  (k, restore) => {
    const { context, page, lockedPage } = restore;
    const { machine } = context;
    if (lockedPage !== undefined) {
      k.if(ne(lockedPage, machine.noPage), () => {
        k.if(ne(lockedPage, page), () => {
          k.step("unlock_page(*locked_page)", "the entry changed: unlocks the page waited for", () =>
            unlockPage(k, context, lockedPage),
          );
          k.step(
            "put_page(*locked_page)",
            "drops its reference and keeps the number of the entry's page instead",
            () => {
              putPage(k, context, lockedPage);
              nameWithoutReference(k, context, page);
            },
          );
          k.return("other_page");
        });
        restoreAndUnlock("of locked_page");
        k.step("put_page", "drops the reference taken while waiting", () => putPage(k, context, page));
        k.return("restored_locked_page");
      });
    }
    const locked = k.register("locked", enumeration("TryLock", ["failed", "locked"]));
    if (!machine.has("fork-only-tries-page-lock")) {
      k.step("lock_page", "waits for the page lock", () => lockPage(k, context, page));
      restoreAndUnlock("");
      k.return("restored");
      return;
    }
    k.step("trylock_page", "takes the page lock if it is free", () => {
      k.if(
        eq(machine.pageLock(page), 0),
        () => {
          k.set(locked, "locked");
          takePageLock(k, context, page);
        },
        () => {
          k.set(locked, "failed");
          sayPageLocked(k, context, page);
          if (lockedPage !== undefined) nameWithoutReference(k, context, page);
        },
      );
    });
    k.if(eq(locked, "failed"), () => k.return("busy"));
    restoreAndUnlock("");
    k.return("restored");

    function restoreAndUnlock(which: string): void {
      const { vma, addr } = restore;
      k.step(
        `restore_exclusive_pte ${which}`.trim(),
        "restores the entry; the devices have already been notified",
        () =>
          restoreExclusivePte(k, {
            context,
            mm: context.mm,
            va: addr,
            page,
            vma,
            buffered: machine.has("fork-restores-lazily"),
          }),
      );
      k.step(`unlock_page ${which}`.trim(), "unlocks the page", () => unlockPage(k, context, page));
    }
  },
);

/** copy_nonpresent_pte() since v5.14, for an exclusive entry: does the same, under the name that a call stack shows. */
export const copyNonpresentPte = procedure<TryRestore>(
  "copy_nonpresent_pte",
  { file, returns: restoreResult },
  (k, restore) => {
    k.return(k.call(tryRestoreExclusivePte, restore));
  },
);
