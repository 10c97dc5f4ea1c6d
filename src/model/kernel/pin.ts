/**
 * Pages that are pinned for DMA (mm/gup.c). A pin is a specially marked reference. Its holder reads and writes the
 * page's memory, and no page table keeps the holder out.
 */
import { add, type Expr, eq, ne, not, or, subtract } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { addReference, dropReference } from "./page.ts";
import { pfn } from "./page-table.ts";
import { takeUserPage } from "./user-page.ts";

export interface Pin {
  readonly context: Context;
  readonly pinner: number;
  readonly va: number;
}

/**
 * pin_user_pages(FOLL_LONGTERM), with FOLL_WRITE unless the pinner only reads, under the mmap lock, which it does not
 * drop. To write it asks for a writable entry, so it unshares the page as a write does. Nothing is migrated to make room
 * for a long-term pin.
 */
export const pinUserPages = procedure<Pin>("pin_user_pages", { file: "mm/gup.c" }, (k, { context, pinner, va }) => {
  const { machine, mm } = context;
  const pinned = machine.pinned(pinner, va);
  takeUserPage(k, {
    context,
    va,
    write: !at(machine.pinners, pinner).reading,
    pin: true,
    holds: pinned,
    take: () => {
      const page = pfn(machine.pte(mm, va));
      assertExclusive(k, machine, page, "follow_page_pte: a page is pinned that does not belong to one mapping alone");
      k.outcome("pins", page);
      addReference(k, machine, page);
      k.set(pinned, add(page, 1));
      k.set(machine.pinAttached(pinner, va), true);
    },
  });
});

/** Since v5.19. sanity_check_pinned_pages() and follow_page_pte() report it with VM_BUG_ON_PAGE. */
function assertExclusive(k: Recorder, machine: Machine, page: Expr, message: string): void {
  if (machine.has("anon-exclusive")) k.assert(or(not(machine.pageAnon(page)), machine.anonExclusive(page)), message);
}

/**
 * unpin_user_page(). A page that was pinned for writing was marked dirty then. Only MADV_FREE may have cleaned it since;
 * then it is marked dirty again, as unpin_user_pages_dirty_lock() does.
 */
export const unpinUserPage = procedure<Pin>("unpin_user_page", { file: "mm/gup.c" }, (k, { context, pinner, va }) => {
  const { machine } = context;
  const pinned = machine.pinned(pinner, va);
  const marksDirty = machine.uses("madvise_free") && !at(machine.pinners, pinner).reading;
  k.step("gup_put_folio", "drops the pin and its reference, if there is one", () => {
    k.if(eq(pinned, 0), () => k.outcome("has no page pinned"));
    k.if(ne(pinned, 0), () => {
      const page = subtract(pinned, 1);
      k.outcome("drops the pin and its reference");
      assertExclusive(
        k,
        machine,
        page,
        "sanity_check_pinned_pages: a pinned page no longer belongs to one mapping alone",
      );
      if (marksDirty) k.set(machine.pageDirty(page), true);
      dropReference(k, context, page);
      k.set(pinned, 0);
      k.set(machine.pinAttached(pinner, va), false);
    });
  });
});
