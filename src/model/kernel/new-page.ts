/** The flags of a page that was just allocated (include/linux/page-flags.h). */

import type { Expr } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import type { Machine } from "../machine.ts";

/**
 * Only a fault that goes by an exclusive entry's page number without a reference comes late: to a page that was freed
 * and allocated again. Everybody else finds a page by an entry or a list that it is no longer on.
 */
const mayBeLockedLate = (machine: Machine) => machine.uses("atomic");

/**
 * __SetPageUptodate() and __SetPageSwapBacked(), since v5.16 __folio_mark_uptodate() and __folio_set_swapbacked(). They
 * load the word of the flags, which has PG_locked too, and store it with one more bit: what others did to the lock
 * between the two is lost. The page has a reference already, so that a late fault can take another.
 */
export const setNewPageFlags = procedure<{ readonly context: Context; readonly page: Expr }>(
  "__SetPageUptodate",
  { file: "include/linux/page-flags.h" },
  (k, { context: { machine }, page }) => {
    if (!machine.has("new-page-stores-flags-whole") || !mayBeLockedLate(machine)) return;
    const lock = machine.pageLock(page);
    const flags = k.register("flags", lock.type);
    k.step("load flags", "loads the new page's flags, PG_locked among them", () => k.set(flags, lock));
    k.step("store flags", "stores them with one more flag, and PG_locked as it was", () => k.set(lock, flags));
  },
);
