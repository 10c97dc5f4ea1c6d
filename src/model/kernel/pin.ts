/**
 * Pages that are pinned for DMA (mm/gup.c). A pin is a specially marked reference. Its holder reads and writes the
 * page's memory, and no page table keeps the holder out.
 */
import { add, and, type Expr, eq, ne, not, or, subtract } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { outdateCopies } from "./copies.ts";
import { followPages } from "./gup.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { addReference, dropReference } from "./page.ts";
import { mapsPage, pfn } from "./page-table.ts";
import { cancelFreeing, endWriting, recordContent, recordPinnedWrite } from "./tracking.ts";

export interface Pin {
  readonly context: Context;
  readonly pinner: number;
  readonly va: number;
}

/**
 * pin_user_pages(FOLL_WRITE | FOLL_LONGTERM) under the mmap lock, which it does not drop. It asks for a writable entry,
 * so it unshares the page as a write does. Nothing is migrated to make room for a long-term pin.
 */
export const pinUserPages = procedure<Pin>("pin_user_pages", { file: "mm/gup.c" }, (k, { context, pinner, va }) => {
  const { machine, mm } = context;
  const pinned = machine.pinned(pinner, va);
  const go = k.register("go", bool);
  const failed = k.register("failed", bool);
  k.set(failed, false);
  k.step("mmap_read_lock", "takes the mmap lock for reading, unless it has already pinned the page", () => {
    k.set(go, eq(pinned, 0));
    k.if(
      eq(pinned, 0),
      () => {
        k.outcome("takes the mmap lock for reading");
        mmapReadLock(k, context);
      },
      () => k.outcome("finds that it has pinned the page already"),
    );
  });
  k.if(not(go), () => k.return());
  followPages(
    k,
    { context, va },
    {
      grab: () => {
        const page = pfn(machine.pte(mm, va));
        assertExclusive(
          k,
          machine,
          page,
          "follow_page_pte: a page is pinned that does not belong to one mapping alone",
        );
        k.outcome("pins", page);
        addReference(k, machine, page);
        k.set(pinned, add(page, 1));
        k.set(machine.pinAttached(pinner, va), true);
      },
      got: () => k.break(),
      failed: () => {
        k.set(failed, true);
        k.break();
      },
    },
  );
  k.step("mmap_read_unlock", "drops the mmap lock", () => {
    k.set(machine.failed(context.actor), or(machine.failed(context.actor), failed));
    endWriting(k, context);
    mmapReadUnlock(k, context);
  });
});

/** Since v5.19. sanity_check_pinned_pages() and follow_page_pte() report it with VM_BUG_ON_PAGE. */
function assertExclusive(k: Recorder, machine: Machine, page: Expr, message: string): void {
  if (machine.has("anon-exclusive")) k.assert(or(not(machine.pageAnon(page)), machine.anonExclusive(page)), message);
}

/** The purpose of a pin: a device without page tables, or the kernel itself, writes to the page's memory. */
export const dmaStore = procedure<Pin>("dma_store", { file: "hardware/dma" }, (k, { context, pinner, va }) => {
  const { machine, mm } = context;
  const pinned = machine.pinned(pinner, va);
  k.step("store", "writes to the pinned page, if there is one", () => {
    k.if(eq(pinned, 0), () => k.outcome("has no page pinned: writes nothing"));
    k.if(ne(pinned, 0), () => {
      const page = subtract(pinned, 1);
      k.outcome("writes to the page that it has pinned");
      k.emit("dma_store", { page, mm, va, attached: machine.pinAttached(pinner, va) });
      recordContent(k, machine, page);
      recordPinnedWrite(k, context, va, and(machine.pinAttached(pinner, va), mapsPage(machine.pte(mm, va), page)));
      outdateCopies(k, machine, mm, page, machine.pinAttached(pinner, va));
      cancelFreeing(k, machine, { mm, va }, machine.pinAttached(pinner, va));
    });
  });
});

/**
 * unpin_user_page(). The page was marked dirty when it was pinned. Only MADV_FREE may have cleaned it since; then it is
 * marked dirty again, as unpin_user_pages_dirty_lock() does.
 */
export const unpinUserPage = procedure<Pin>("unpin_user_page", { file: "mm/gup.c" }, (k, { context, pinner, va }) => {
  const { machine } = context;
  const pinned = machine.pinned(pinner, va);
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
      if (machine.uses("madvise_free")) k.set(machine.pageDirty(page), true);
      dropReference(k, context, page);
      k.set(pinned, 0);
      k.set(machine.pinAttached(pinner, va), false);
    });
  });
});
