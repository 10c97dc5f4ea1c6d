/** Copying a page table, with the exclusive entries in it, for fork() (mm/memory.c). */

import { add, and, type Expr, eq, field, ge, makeWord, ne, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration, int } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine, Vma } from "../machine/machine.ts";
import { setNewPageFlags } from "./new-page.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import {
  addMapping,
  addNewAnonRmap,
  addReference,
  allocatePage,
  forgetName,
  letGo,
  lockPage,
  putPage,
  setAnonExclusive,
  tryGetPage,
  unlockPage,
} from "./page.ts";
import {
  awaitPtl,
  holdPtl,
  isExclusive,
  isMigration,
  isNone,
  isPresent,
  isSwap,
  isZeroPage,
  pfn,
  releasePtl,
} from "./page-table.ts";
import { maybeDmaPinned } from "./pinned.ts";
import { addToRss, ofPage } from "./rss.ts";
import { countsMayNeedPage, swapDuplicate } from "./swap-cache.ts";
import { copyWritten } from "./tracking.ts";
import { copyNonpresentPte, tryRestoreExclusivePte } from "./try-restore.ts";

const file = "mm/memory.c";

export interface CopyRange {
  readonly context: Context;
  readonly child: number;
  readonly vma: Vma;
}

/**
 * copy_page_range(): false if fork has to fail. Private mappings are copy-on-write, so the parent's devices are
 * notified.
 */
export const copyPageRange = procedure<CopyRange>("copy_page_range", { file, returns: bool }, (k, copy) => {
  const { context, vma } = copy;
  const range = { context, mm: context.mm, first: vma.first, count: vma.count };
  k.call(invalidateRangeStart, { ...range, event: "PROTECTION_PAGE" });
  const copied = k.call(copyPteRange, copy);
  k.call(invalidateRangeEnd, { context, mm: context.mm });
  k.return(copied);
});

/** `ret` of copy_pte_range, as far as exclusive entries set it. */
const ret = enumeration("CopyRet", ["ok", "EBUSY"]);
/** If pages can be pinned there is -EAGAIN as well: fork needs a page for the copy. */
const retOrAgain = enumeration("CopyRet", ["ok", "EBUSY", "EAGAIN"]);
const sourceKinds = enumeration("SrcPte", ["none", "present", "device_exclusive", "migration", "swap"]);

/** A copied entry counts 8, an empty entry 1. From 32 on the loop may stop to let others run. */
const progressBeforeResched = 32;
const mostProgress = progressBeforeResched + 7;

/**
 * copy_pte_range(): copies entry by entry under both page-table locks. An exclusive entry is restored first, which
 * needs the page lock. If the page lock is not free, v8 drops the page-table locks, waits for the page lock and starts
 * again at the same address; v5.14 and later fail.
 *
 * v8 as written: `ret` is not reset before the restart; an entry that has disappeared meanwhile is skipped without a
 * look at `locked_page`; no exit path releases `locked_page`; and `locked_page` is remembered without a reference.
 */
const copyPteRange = procedure<CopyRange>("copy_pte_range", { file, returns: bool }, (k, { context, child, vma }) => {
  const { machine, mm } = context;
  const waits = machine.has("fork-waits-for-page-lock");
  const end = vma.first + vma.count;
  const addr = k.register("addr", int(0, machine.addresses.length, [...machine.addresses, "end"]));
  const copiesPinned = machine.pinners.length > 0 && machine.has("fork-copies-pinned");
  const result = k.register("ret", copiesPinned ? retOrAgain : ret);
  const src = k.register("src_pte", sourceKinds);
  const page = k.register("page", machine.types.page);
  const lockedPage = waits ? k.register("locked_page", machine.types.page) : undefined;
  const prealloc = copiesPinned ? k.register("prealloc", machine.types.page) : undefined;
  const mayNeedPage = countsMayNeedPage(machine);
  const needsPage = mayNeedPage ? k.register("entry", bool) : undefined;
  const continued = mayNeedPage ? k.register("continued", bool) : undefined;
  const progress = vma.count * 8 > progressBeforeResched ? k.register("progress", int(0, mostProgress)) : undefined;
  k.set(addr, vma.first);
  k.set(result, "ok");
  if (lockedPage !== undefined) k.set(lockedPage, machine.noPage);
  if (prealloc !== undefined) k.set(prealloc, machine.noPage);
  const putPrealloc = (when: string) => {
    if (prealloc === undefined) return;
    k.if(ne(prealloc, machine.noPage), () =>
      k.step(`put_page(prealloc) ${when}`, "gives back the page for the copy", () => {
        putPage(k, context, prealloc);
        k.set(prealloc, machine.noPage);
      }),
    );
  };
  k.loop(() => {
    if (progress !== undefined) k.set(progress, 0);
    k.step("pte_lock", "takes the page-table locks of child and parent", () => {
      awaitPtl(k, context, child);
      awaitPtl(k, context, mm);
      holdPtl(k, context, child);
      holdPtl(k, context, mm);
    });
    k.loop(() => {
      k.if(eq(addr, end), () => k.break());
      if (progress !== undefined) mayResched(k, progress);
      lookAtEntry(k, { context, addr, src, page });
      k.if(eq(src, "none"), () => {
        k.set(addr, add(addr, 1));
        if (progress !== undefined) k.set(progress, add(progress, 1));
        k.continue();
      });
      k.if(eq(src, "device_exclusive"), () => {
        const restore = waits ? tryRestoreExclusivePte : copyNonpresentPte;
        const restored = k.call(restore, { context, vma, addr, page, lockedPage });
        if (lockedPage !== undefined) {
          k.if(eq(restored, "restored_locked_page"), () => k.set(lockedPage, machine.noPage));
          k.if(ge(restored, 2), () => k.set(lockedPage, page));
        }
        // other_page and busy are -EBUSY; the other results are 0.
        k.if(
          ge(restored, 2),
          () => {
            k.set(result, "EBUSY");
            k.break();
          },
          () => k.set(result, "ok"),
        );
      });
      if (machine.uses("migrate")) {
        k.if(eq(src, "migration"), () => {
          k.call(copyMigrationEntry, { context, child, addr });
          k.set(addr, add(addr, 1));
          if (progress !== undefined) k.set(progress, add(progress, 8));
          k.continue();
        });
      }
      if (machine.swapSlots > 0) {
        k.if(eq(src, "swap"), () => {
          const copied = k.call(copySwapEntry, { context, child, addr, continued });
          if (needsPage !== undefined)
            k.if(not(copied), () => {
              k.set(needsPage, true);
              k.break();
            });
          if (continued !== undefined) k.set(continued, false);
          k.set(addr, add(addr, 1));
          if (progress !== undefined) k.set(progress, add(progress, 8));
          k.continue();
        });
      }
      if (lockedPage !== undefined) dropLockedPage(k, context, lockedPage);
      if (prealloc !== undefined) {
        const copied = k.call(copyPresentPage, { context, child, vma, addr, prealloc });
        k.if(eq(copied, "EAGAIN"), () => {
          k.set(result, "EAGAIN");
          k.break();
        });
        k.if(eq(copied, "copied"), () => {
          k.set(prealloc, machine.noPage);
          k.set(result, "ok");
          k.set(addr, add(addr, 1));
          if (progress !== undefined) k.set(progress, add(progress, 8));
          k.continue();
        });
      }
      k.call(copyPresentPte, { context, child, addr });
      putPrealloc("that is not needed");
      k.set(result, "ok");
      k.set(addr, add(addr, 1));
      if (progress !== undefined) k.set(progress, add(progress, 8));
    });
    k.step("pte_unlock", "drops both page-table locks", () => {
      releasePtl(k, context, mm);
      releasePtl(k, context, child);
    });
    if (needsPage !== undefined && continued !== undefined)
      k.if(needsPage, () => {
        k.set(needsPage, false);
        k.step("add_swap_count_continuation", "allocates a page for the count of the swap slot", () =>
          k.choose({
            "there is memory": () => {
              k.outcome("allocates a page for the count of the swap slot");
              k.set(continued, true);
            },
            "out of memory": () => {
              k.outcome("gets no page for the count of the swap slot");
              k.set(continued, false);
            },
          }),
        );
        k.if(continued, () => k.continue());
        putPrealloc("without memory for the slot's count");
        k.return(false);
      });
    if (lockedPage !== undefined) k.if(eq(result, "EBUSY"), () => waitForLockedPage(k, context, lockedPage));
    if (prealloc !== undefined) {
      k.if(eq(result, "EAGAIN"), () => {
        k.step("page_copy_prealloc", "allocates the page for the copy of a pinned page", () =>
          allocatePage(k, context, prealloc, () => k.return(false)),
        );
        k.set(result, "ok");
      });
    }
    const fails = lockedPage === undefined ? eq(result, "EBUSY") : false;
    k.if(or(fails, eq(addr, end)), () => {
      putPrealloc("at the end");
      k.return(eq(result, "ok"));
    });
  });
});

/** Leaves the loop over the entries, or continues with the count at 0. */
function mayResched(k: Recorder, progress: Expr): void {
  k.if(ge(progress, progressBeforeResched), () => {
    const leaves = k.register("need_resched", bool);
    k.step("need_resched", "may leave the loop to let others run; ret keeps its value", () => {
      k.choose({
        "go on": () => {
          k.outcome("goes on, because no other task waits for the CPU");
          k.set(leaves, false);
        },
        "leave the loop": () => {
          k.outcome("leaves the loop to let others run");
          k.set(leaves, true);
        },
      });
      k.set(progress, 0);
    });
    k.if(leaves, () => k.break());
  });
}

function lookAtEntry(k: Recorder, look: { context: Context; addr: Expr; src: Expr; page: Expr }): void {
  const { context, addr, src, page } = look;
  const pte = context.machine.pte(context.mm, addr);
  k.step("src_pte", "reads the parent's entry", () => {
    k.outcome("reads the parent's entry", pte);
    k.set(page, pfn(pte));
    k.set(src, "present");
    k.if(isNone(pte), () => k.set(src, "none"));
    k.if(isExclusive(pte), () => k.set(src, "device_exclusive"));
    if (context.machine.uses("migrate")) k.if(isMigration(pte), () => k.set(src, "migration"));
    if (context.machine.swapSlots > 0) k.if(isSwap(pte), () => k.set(src, "swap"));
  });
}

/** v8: a non-present entry became present after the page-table locks were dropped. */
function dropLockedPage(k: Recorder, context: Context, lockedPage: Expr): void {
  k.if(ne(lockedPage, context.machine.noPage), () => {
    k.step("unlock_page(locked_page)", "unlocks the page that it waited for", () => unlockPage(k, context, lockedPage));
    k.step("put_page(locked_page)", "drops the reference to that page", () => {
      putPage(k, context, lockedPage);
      k.set(lockedPage, context.machine.noPage);
    });
  });
}

/** v8: takes a reference if the page still has one, and waits for the page lock with the mmap lock held for writing. */
function waitForLockedPage(k: Recorder, context: Context, lockedPage: Expr): void {
  const { machine } = context;
  k.step("get_page_unless_zero", "takes a reference to the remembered page", () => {
    k.assert(ne(lockedPage, machine.noPage), "get_page_unless_zero(NULL)");
    k.if(
      ne(lockedPage, machine.noPage),
      () =>
        tryGetPage(k, context, lockedPage, () => {
          k.set(lockedPage, machine.noPage);
          forgetName(k, context);
        }),
      () => k.outcome("remembers no page: passes NULL"),
    );
  });
  k.if(ne(lockedPage, machine.noPage), () =>
    k.step("lock_page", "waits for the page lock", () => lockPage(k, context, lockedPage)),
  );
}

/** The child has no userfaultfd, because userfaultfd is used without fork events. */
function forChild(machine: Machine, pte: Expr): Expr {
  return machine.has("fork-clears-uffd-wp") ? withFields(pte, { uffd_wp: false }) : pte;
}

/**
 * copy_nonpresent_pte() for a migration entry: parent and child get a readable one. The child's entry holds no page
 * reference yet.
 */
const copyMigrationEntry = procedure<{ readonly context: Context; readonly child: number; readonly addr: Expr }>(
  "copy_nonpresent_pte",
  { file },
  (k, { context, child, addr }) => {
    const { machine, mm } = context;
    const pte = machine.pte(mm, addr);
    k.step(
      "set_pte of a migration entry",
      "makes the parent's entry a readable migration entry and copies it to the child",
      () => {
        k.set(pte, withFields(pte, { write: false, anon_exclusive: false }));
        k.set(machine.pte(child, addr), forChild(machine, pte));
        copyWritten(k, machine, mm, child, addr);
        addToRss(k, machine.rssAnon(child));
      },
    );
  },
);

/**
 * copy_nonpresent_pte() for a swap entry: the slot is counted once more, and neither entry owns it exclusively. False
 * if the count needs another page and there is none (swap_duplicate). That cannot happen if a page was just allocated
 * (`continued`).
 */
const copySwapEntry = procedure<{
  readonly context: Context;
  readonly child: number;
  readonly addr: Expr;
  readonly continued: Expr | undefined;
}>("copy_nonpresent_pte", { file, returns: bool }, (k, { context, child, addr, continued }) => {
  const { machine, mm } = context;
  const pte = machine.pte(mm, addr);
  const copied = k.register("copied", bool);
  k.step("set_pte of a swap entry", "counts one more entry for the slot and copies the entry to the child", () => {
    const copy = () => {
      k.outcome("copies the entry", pte, "to the child");
      if (machine.has("fork-clears-swap-exclusive")) k.set(pte, withFields(pte, { anon_exclusive: false }));
      k.set(machine.pte(child, addr), forChild(machine, pte));
      copyWritten(k, machine, mm, child, addr);
      addToRss(k, machine.rssSwap(child));
      k.set(copied, true);
    };
    const failed = () => {
      k.outcome("gets no page for the count of the swap slot");
      k.set(copied, false);
    };
    if (machine.has("fork-counts-swap-entry"))
      swapDuplicate(k, machine, field(pte, "slot"), { counted: copy, failed, mayFail: not(continued ?? true) });
    else copy();
  });
  k.return(copied);
});

const presentPage = enumeration("CopyPresentPage", ["shared", "copied", "EAGAIN"]);

/**
 * copy_present_page(): a page that may be pinned for DMA stays with the parent alone, because DMA writes are meant for
 * the parent. The child gets a copy. The page for the copy must be allocated beforehand, because the page-table locks
 * are held.
 */
const copyPresentPage = procedure<{
  readonly context: Context;
  readonly child: number;
  readonly vma: Vma;
  readonly addr: Expr;
  readonly prealloc: Expr;
}>("copy_present_page", { file, returns: presentPage }, (k, { context, child, vma, addr, prealloc }) => {
  const { machine, mm } = context;
  const pte = machine.pte(mm, addr);
  const page = pfn(pte);
  const outcome = k.register("outcome", presentPage);
  k.step(
    "page_needs_cow_for_dma",
    "checks whether the page may be pinned and whether there is a page for the copy",
    () => {
      const alone = machine.has("anon-exclusive") ? machine.anonExclusive(page) : machine.pageAnon(page);
      k.set(outcome, "shared");
      k.if(
        and(not(isZeroPage(machine, pte)), alone, maybeDmaPinned(machine, page)),
        () => {
          k.outcome("finds that", page, "may be pinned");
          k.if(
            eq(prealloc, machine.noPage),
            () => {
              k.outcome("has no page for the copy");
              k.set(outcome, "EAGAIN");
            },
            () => {
              k.outcome("has a page for the copy");
              k.set(outcome, "copied");
            },
          );
        },
        () => k.outcome("finds that the child may share the page"),
      );
    },
  );
  k.if(eq(outcome, "copied"), () => {
    k.call(setNewPageFlags, { context, page: prealloc });
    k.step("set_pte of a copy", "maps the copy in the child", () => {
      const write = machine.vmaWrite(child, vma);
      const fresh = { kind: "present", pfn: prealloc, dirty: true, young: true, soft_dirty: true, write } as const;
      k.set(machine.pte(child, addr), makeWord(machine.types.pte, fresh));
      copyWritten(k, machine, mm, child, addr);
      addNewAnonRmap(k, { ...context, mm: child }, prealloc);
      letGo(k, context, prealloc);
      addToRss(k, machine.rssAnon(child));
    });
  });
  k.return(outcome);
});

/** copy_present_pte(): parent and child get a write-protected entry. The child's entry is old (not young). */
const copyPresentPte = procedure<{ readonly context: Context; readonly child: number; readonly addr: Expr }>(
  "copy_present_pte",
  { file },
  (k, { context, child, addr }) => {
    const { machine, mm } = context;
    const pte = machine.pte(mm, addr);
    const page = pfn(pte);
    k.step("set_pte", "write-protects the parent's entry and copies it to the child", () => {
      // The search ends here, so the buffered write need not be carried out.
      if (machine.has("fork-restores-lazily"))
        k.assert(isPresent(pte), "copy_present_pte: the entry is not present, because set_pte is still buffered");
      k.set(pte, withFields(pte, { write: false }));
      k.set(machine.pte(child, addr), withFields(forChild(machine, pte), { young: false }));
      copyWritten(k, machine, mm, child, addr);
      k.if(not(isZeroPage(machine, pte)), () => {
        addReference(k, machine, page);
        addMapping(k, machine, page);
        setAnonExclusive(k, machine, page, false);
        ofPage(k, machine, child, page, (counter) => addToRss(k, counter));
      });
    });
  },
);
