/** The flags of a newly allocated page (include/linux/page-flags.h). */

import type { Expr } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";

/**
 * Only a fault that uses an exclusive entry's page number without a reference can come too late: to a page that was
 * freed and allocated again. Every other actor finds a page through an entry or a list, and a new page is on none.
 */
const mayBeLockedLate = (machine: Machine) => machine.uses("atomic");

/**
 * __SetPageUptodate() and __SetPageSwapBacked(), since v5.16 __folio_mark_uptodate() and __folio_set_swapbacked(). They
 * load the word of flags, which contains PG_locked, and store it with one more bit. What other actors did to the lock
 * between load and store is lost. The page has a reference already, so a late fault can take another one.
 */
export const setNewPageFlags = procedure<{ readonly context: Context; readonly page: Expr }>(
  "__SetPageUptodate",
  { file: "include/linux/page-flags.h" },
  (k, { context: { machine }, page }) => {
    if (!machine.has("new-page-stores-flags-whole") || !mayBeLockedLate(machine)) return;
    const lock = machine.pageLock(page);
    const flags = k.register("flags", lock.type);
    k.step("load flags", "loads the new page's flags, including PG_locked", () => k.set(flags, lock));
    k.step("store flags", "stores the flags with one more bit set, and with PG_locked as it was loaded", () =>
      k.set(lock, flags),
    );
  },
);
