/**
 * Pages that are pinned for DMA (mm/gup.c). A pin is a specially marked reference. Its holder reads and writes the
 * page's memory, and no page table keeps the holder out.
 */
import { add, eq, ne, subtract } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import { gupFast } from "./gup-fast.ts";
import { addReference, dropReference } from "./page.ts";
import { pfn } from "./page-table.ts";
import { assertExclusive } from "./pinned.ts";
import { takeUserPage, type UserPage } from "./user-page.ts";

export interface Pin {
  readonly context: Context;
  readonly pinner: number;
  readonly va: number;
}

/**
 * pin_user_pages(FOLL_LONGTERM), with FOLL_WRITE unless the pinner only reads, under the mmap lock, which it does not
 * drop. To write it asks for a writable entry, so it unshares the page as a write does. It marks nothing dirty, because
 * it does not set FOLL_TOUCH (5.14 to 7.1.5). Nothing is migrated to make room for a long-term pin.
 */
export const pinUserPages = procedure<Pin>("pin_user_pages", { file: "mm/gup.c" }, (k, pin) =>
  takeUserPage(k, { ...slowPin(k, pin), touches: false }),
);

/**
 * pin_user_pages_fast(): without any lock if the page is mapped as it should be, and no fork() copies entries at that
 * moment. Otherwise as above, but since v6.3 a fault may drop the mmap lock.
 */
export const pinUserPagesFast = procedure<Pin>("pin_user_pages_fast", { file: "mm/gup.c" }, (k, pin) => {
  const { context, pinner, va } = pin;
  const { machine } = context;
  const request = slowPin(k, pin);
  const done = k.call(gupFast, { context, va, write: request.write, for: { pinner } });
  k.if(done, () => k.return());
  takeUserPage(k, { ...request, unlockable: machine.has("fast-pin-drops-mmap-lock") });
});

function slowPin(k: Recorder, { context, pinner, va }: Pin): Required<Pick<UserPage, "write">> & UserPage {
  const { machine, mm } = context;
  const pinned = machine.pinned(pinner, va);
  return {
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
  };
}

/** unpin_user_page(), for a page that was pinned for writing unpin_user_pages_dirty_lock(). */
export const unpinUserPage = procedure<Pin>("unpin_user_page", { file: "mm/gup.c" }, (k, { context, pinner, va }) => {
  const { machine } = context;
  const pinned = machine.pinned(pinner, va);
  const marksDirty = !at(machine.pinners, pinner).reading;
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
