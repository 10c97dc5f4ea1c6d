/** Copying a page table for fork() (mm/memory.c), with the exclusive entries in it. */
import { add, type Expr, eq, ne, not, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration, int } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import type { Vma } from "../machine.ts";
import { restoreExclusivePte } from "./device-exclusive.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import {
  forgetName,
  lockPage,
  nameWithoutReference,
  putPage,
  setAnonExclusive,
  tryGetPage,
  unlockPage,
} from "./page.ts";
import { awaitPtl, holdPtl, isExclusive, isNone, isZeroPage, pfn, releasePtl } from "./page-table.ts";

const file = "mm/memory.c";

export interface CopyRange {
  readonly context: Context;
  readonly child: number;
  readonly vma: Vma;
}

/** copy_page_range(): false if fork has to fail. Private mappings are copy-on-write, so the parent's devices are told. */
export const copyPageRange = procedure<CopyRange>("copy_page_range", { file, returns: bool }, (k, copy) => {
  const { context, vma } = copy;
  k.call(invalidateRangeStart, {
    context,
    event: "PROTECTION_PAGE",
    mm: context.mm,
    first: vma.first,
    count: vma.count,
  });
  const copied = k.call(copyPteRange, copy);
  k.call(invalidateRangeEnd, { context, mm: context.mm });
  k.return(copied);
});

/** What the loop found in the parent's page table. */
const found = enumeration("SrcPte", ["none", "present", "locked", "kept_lock", "other_page", "busy"]);

/** `ret` of copy_pte_range, as far as exclusive entries set it. */
const ret = enumeration("CopyRet", ["ok", "EBUSY"]);

interface Copying {
  readonly copy: CopyRange;
  readonly waits: boolean;
  /** The address at which the loop stands. */
  readonly addr: Expr;
  /** v8's locked_page: kept locked and referenced while the page-table locks are dropped. */
  readonly lockedPage: Expr;
  readonly ret: Expr;
  readonly src: Expr;
}

/**
 * copy_pte_range(): copies entry by entry under both page-table locks. An exclusive entry is first restored, which takes
 * the page lock. Where that is not free, v8 drops the page-table locks, waits for the page lock and starts again at the
 * same address; v5.14 and later fail.
 *
 * v8 as written: `ret` is not reset before starting again, an entry that has meanwhile gone is skipped without a look
 * at `locked_page`, no way out releases `locked_page`, and it is remembered without a reference.
 */
const copyPteRange = procedure<CopyRange>("copy_pte_range", { file, returns: bool }, (k, copy) => {
  const { context, child, vma } = copy;
  const { machine, mm } = context;
  const waits = machine.has("fork-waits-for-page-lock");
  const state: Copying = {
    copy,
    waits,
    addr: k.register("addr", int(0, machine.addresses.length, [...machine.addresses, "end"])),
    lockedPage: k.register("locked_page", machine.types.page),
    ret: k.register("ret", ret),
    src: k.register("src_pte", found),
  };
  const { addr, lockedPage } = state;
  const end = vma.first + vma.count;
  k.set(addr, vma.first);
  k.set(state.ret, "ok");
  if (waits) k.set(lockedPage, machine.noPage);
  k.loop(() => {
    k.step("pte_lock", "takes the child's and the parent's page-table lock", () => {
      awaitPtl(k, context, child);
      awaitPtl(k, context, mm);
      holdPtl(k, context, child);
      holdPtl(k, context, mm);
    });
    k.loop(() => {
      k.if(eq(addr, end), () => k.break());
      lookAtEntry(k, state);
      k.if(eq(state.src, "none"), () => k.continue());
      k.if(eq(state.src, "other_page"), () => {
        changeLockedPage(k, state);
        k.break();
      });
      k.if(eq(state.src, "busy"), () => k.break());
      restoreIfExclusive(k, state);
      if (waits) dropLockedPage(k, state);
      copyPresentPte(k, state);
    });
    k.step("pte_unlock", "drops both page-table locks", () => {
      releasePtl(k, context, mm);
      releasePtl(k, context, child);
    });
    k.if(eq(state.ret, "EBUSY"), () => {
      if (waits) waitForLockedPage(k, state);
      else k.return(false);
    });
    k.if(eq(addr, end), () => k.return(eq(state.ret, "ok")));
  });
});

/** One look at the parent's entry; an exclusive one's page is tried to be locked (try_restore_exclusive_pte). */
function lookAtEntry(k: Recorder, { copy: { context }, waits, addr, lockedPage, ret: result, src }: Copying): void {
  const { machine, mm } = context;
  const pte = machine.pte(mm, addr);
  const page = pfn(pte);
  const tryLock = () =>
    k.if(
      eq(machine.pageLock(page), 0),
      () => {
        k.set(src, "locked");
        lockPage(k, context, page);
      },
      () => {
        k.set(src, "busy");
        k.set(result, "EBUSY");
        if (!waits) return;
        k.set(lockedPage, page);
        nameWithoutReference(k, context, page);
      },
    );
  k.step(
    "src_pte",
    "looks at the parent's entry; skips an empty one, tries to lock the page of an exclusive one",
    () => {
      k.set(src, "present");
      k.if(
        isNone(pte),
        () => {
          k.set(src, "none");
          k.set(addr, add(addr, 1));
        },
        () =>
          k.if(isExclusive(pte), () => {
            if (!waits) return tryLock();
            k.if(eq(lockedPage, machine.noPage), tryLock, () => {
              k.set(src, "kept_lock");
              k.if(ne(lockedPage, page), () => {
                k.set(src, "other_page");
                k.set(result, "EBUSY");
              });
            });
          }),
      );
    },
  );
}

/** try_restore_exclusive_pte() once it has the page lock: restores, unlocks; the entry is then copied as present. */
function restoreIfExclusive(
  k: Recorder,
  { copy: { context, vma }, waits, addr, lockedPage, ret: result, src }: Copying,
): void {
  const { machine, mm } = context;
  const page = k.register("page", machine.types.page);
  k.if(ne(src, "present"), () => {
    k.step("restore_exclusive_pte", "restores the parent's entry; its devices have been told", () => {
      k.set(page, pfn(machine.pte(mm, addr)));
      restoreExclusivePte(k, { context, mm, va: addr, page, vma });
      k.set(result, "ok");
    });
    k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
    if (!waits) return;
    k.if(eq(src, "kept_lock"), () => {
      k.step("put_page", "drops the reference taken while waiting", () => {
        putPage(k, context, page);
        k.set(lockedPage, machine.noPage);
      });
    });
  });
}

/** v8: the entry is of another page than the one waited for; that one becomes the page to wait for. */
function changeLockedPage(k: Recorder, { copy: { context }, addr, lockedPage, waits }: Copying): void {
  if (!waits) return;
  const { machine, mm } = context;
  k.step("unlock_page(locked_page)", "the entry changed: unlocks the page waited for", () =>
    unlockPage(k, context, lockedPage),
  );
  k.step("put_page(locked_page)", "drops its reference and remembers the new page without one", () => {
    putPage(k, context, lockedPage);
    const page = pfn(machine.pte(mm, addr));
    k.set(lockedPage, page);
    nameWithoutReference(k, context, page);
  });
}

/** v8: a non-present entry became present after dropping the page-table locks. */
function dropLockedPage(k: Recorder, { copy: { context }, lockedPage }: Copying): void {
  k.if(ne(lockedPage, context.machine.noPage), () => {
    k.step("unlock_page after change", "unlocks the page waited for", () => unlockPage(k, context, lockedPage));
    k.step("put_page after change", "drops its reference", () => {
      putPage(k, context, lockedPage);
      k.set(lockedPage, context.machine.noPage);
    });
  });
}

/** v8: takes a reference if there is one left, and waits for the page lock with the mmap lock held for writing. */
function waitForLockedPage(k: Recorder, { copy: { context }, lockedPage }: Copying): void {
  const { machine } = context;
  k.step("get_page_unless_zero", "takes a reference to the remembered page", () => {
    k.assert(ne(lockedPage, machine.noPage), "get_page_unless_zero(NULL)");
    k.if(ne(lockedPage, machine.noPage), () =>
      tryGetPage(k, context, lockedPage, () => {
        k.set(lockedPage, machine.noPage);
        forgetName(k, context);
      }),
    );
  });
  k.if(ne(lockedPage, machine.noPage), () =>
    k.step("lock_page", "waits for the page lock", () => lockPage(k, context, lockedPage)),
  );
}

/** copy_present_pte(): both get a write-protected entry; the child's is old and not write-protected for userfaultfd. */
function copyPresentPte(k: Recorder, { copy: { context, child }, addr, ret: result }: Copying): void {
  const { machine, mm } = context;
  const pte = machine.pte(mm, addr);
  const page = pfn(pte);
  k.step("copy_present_pte", "write-protects the parent's entry and copies it to the child", () => {
    k.set(pte, withFields(pte, { write: false }));
    k.set(machine.pte(child, addr), withFields(pte, { young: false, uffd_wp: false }));
    k.if(not(isZeroPage(machine, pte)), () => {
      k.set(machine.refcount(page), add(machine.refcount(page), 1));
      k.set(machine.mapcount(page), add(machine.mapcount(page), 1));
      setAnonExclusive(k, machine, page, false);
      const [anon, fileBacked] = [machine.rssAnon(child), machine.rssFile(child)];
      k.if(
        machine.pageAnon(page),
        () => k.set(anon, add(anon, 1)),
        () => k.set(fileBacked, add(fileBacked, 1)),
      );
    });
    k.set(result, "ok");
    k.set(addr, add(addr, 1));
  });
}
