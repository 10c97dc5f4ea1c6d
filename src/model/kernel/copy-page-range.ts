/** Copying a page table, with the exclusive entries in it, for fork() (mm/memory.c). */

import { add, type Expr, eq, field, ge, ne, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration, int } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { hasDeviceMemory } from "../machine/device-memory.ts";
import type { Vma } from "../machine/machine.ts";
import { hasMigrationEntries } from "../machine/migration-entries.ts";
import {
  copyHwpoisonEntry,
  copyMigrationEntry,
  copyPresentPage,
  copyPresentPte,
  copyPrivateEntry,
  copySwapEntry,
} from "./copy-entry.ts";
import { copyHugePmd } from "./huge-memory.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { allocatePage, forgetName, lockPage, putPage, tryGetPage, unlockPage } from "./page.ts";
import { awaitPtl, holdPtl, pfn, pteKindOf, releasePtl } from "./page-table.ts";
import { countsMayNeedPage } from "./swap-cache.ts";
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
  const seqs = writeProtectSeqs(context);
  k.call(invalidateRangeStart, { ...range, event: "PROTECTION_PAGE" });
  if (seqs.length > 0)
    k.step("raw_write_seqcount_begin", "lets no pin_user_pages_fast() succeed without a lock from now on", () => {
      for (const { odd, changed } of seqs) {
        k.set(odd, true);
        k.set(changed, true);
      }
    });
  const copied = vma.pmdMappable ? k.register("copied", bool) : k.call(copyPteRange, copy);
  if (vma.pmdMappable) {
    k.set(copied, k.call(copyHugePmd, copy));
    k.if(not(copied), () => k.set(copied, k.call(copyPteRange, copy)));
  }
  if (seqs.length > 0)
    k.step("raw_write_seqcount_end", "allows pins without a lock again", () => {
      for (const { odd } of seqs) k.set(odd, false);
    });
  k.call(invalidateRangeEnd, { context, mm: context.mm });
  k.return(copied);
});

/** mm->write_protect_seq, for each actor that pins pages of the parent without any lock. */
function writeProtectSeqs({ machine, mm }: Context) {
  return machine.pinners.flatMap((info, pinner) => (info.mm === mm ? (machine.writeProtectSeq(pinner) ?? []) : []));
}

/** `ret` of copy_pte_range, as far as exclusive entries set it. */
const ret = enumeration("CopyRet", ["ok", "EBUSY"]);
/** If pages can be pinned there is -EAGAIN as well: fork needs a page for the copy. */
const retOrAgain = enumeration("CopyRet", ["ok", "EBUSY", "EAGAIN"]);

const progressOfEmpty = 1;
const progressOfCopied = 8;
/** From here on the loop may stop to let others run. */
const progressBeforeResched = 32;
const mostProgress = progressBeforeResched + progressOfCopied - 1;

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
  const src = k.register("src_pte", pteKindOf(machine));
  const page = k.register("page", machine.types.page);
  const lockedPage = waits ? k.register("locked_page", machine.types.page) : undefined;
  const prealloc = copiesPinned ? k.register("prealloc", machine.types.page) : undefined;
  const mayNeedPage = countsMayNeedPage(machine);
  const needsPage = mayNeedPage ? k.register("entry", bool) : undefined;
  const continued = mayNeedPage ? k.register("continued", bool) : undefined;
  const progress =
    vma.count * progressOfCopied > progressBeforeResched ? k.register("progress", int(0, mostProgress)) : undefined;
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
  const advance = (by: number) => {
    k.set(addr, add(addr, 1));
    if (progress !== undefined) k.set(progress, add(progress, by));
  };
  k.loop(() => {
    if (progress !== undefined) k.set(progress, 0);
    k.step("pte_lock", "takes the page-table locks of child and parent", () => {
      awaitPtl(k, context, child);
      awaitPtl(k, context, mm);
      holdPtl(k, context, child);
      holdPtl(k, context, mm);
      if (vma.pmdMappable) k.set(machine.pageTable(child, vma), machine.pageTable(mm, vma));
    });
    k.loop(() => {
      k.if(eq(addr, end), () => k.break());
      if (progress !== undefined) mayResched(k, progress);
      lookAtEntry(k, { context, addr, src, page });
      // The child's VMA has no userfaultfd, so a marker is not copied.
      k.if(or(eq(src, "none"), eq(src, "marker")), () => {
        advance(progressOfEmpty);
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
      if (hasDeviceMemory(machine)) {
        k.if(eq(src, "device_private"), () => {
          k.call(copyPrivateEntry, { context, child, addr });
          advance(progressOfCopied);
          k.continue();
        });
      }
      if (hasMigrationEntries(machine)) {
        k.if(eq(src, "migration"), () => {
          k.call(copyMigrationEntry, { context, child, addr });
          advance(progressOfCopied);
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
          advance(progressOfCopied);
          k.continue();
        });
      }
      if (machine.uses("memory_failure")) {
        k.if(eq(src, "hwpoison"), () => {
          k.call(copyHwpoisonEntry, { context, child, addr });
          advance(progressOfCopied);
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
          advance(progressOfCopied);
          k.continue();
        });
      }
      k.call(copyPresentPte, { context, child, addr });
      putPrealloc("that is not needed");
      k.set(result, "ok");
      advance(progressOfCopied);
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
    k.set(src, field(pte, "kind"));
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
