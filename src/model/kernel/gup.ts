/** get_user_pages (mm/gup.c), for one page. */
import { and, constant, type Expr, eq, field, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Machine, vmaAt } from "../machine/machine.ts";
import { handleMmFault } from "./fault.ts";
import { splitIfHuge } from "./huge-memory.ts";
import { getPage } from "./page.ts";
import { awaitPtl, isPresent, isZeroPage, pfn, userfaultfdPteWp } from "./page-table.ts";

const followed = enumeration("FollowPage", ["fault", "got", "no_vma"]);

interface SplitsPmd {
  /** FOLL_SPLIT_PMD: a folio that a PMD maps is mapped page by page first. That notifies the device that asks, too. */
  readonly splitsPmd?: boolean;
}

export interface GetUserPages {
  readonly context: Context;
  readonly va: number;
  /** The device whose driver calls, if any. */
  readonly owner?: number | undefined;
  /** FOLL_WRITE, which is the default: the page will be written to. */
  readonly write?: boolean;
  /** FOLL_FORCE: accesses the page although the VMA may not allow it. */
  readonly force?: boolean;
  /** FOLL_PIN | FOLL_LONGTERM. A pin for reading may have to unshare the page. */
  readonly pin?: boolean;
  /** FOLL_TOUCH, which is the default: what will be written to is marked dirty. */
  readonly touches?: boolean;
}

/**
 * get_user_pages_remote(FOLL_GET | FOLL_SPLIT_PMD, locked = NULL): the page, with a reference held by the actor, or no
 * page.
 */
export const getUserPagesRemote = procedure<GetUserPages>(
  "get_user_pages_remote",
  { file: "mm/gup.c", returns: ({ context }) => context.machine.types.page },
  (k, request) => {
    const { machine, mm } = request.context;
    const page = k.register("page", machine.types.page);
    followPages(
      k,
      { ...request, splitsPmd: machine.has("gup-splits-pmd") },
      {
        grab: () => {
          const found = pfn(machine.pte(mm, request.va));
          k.outcome("takes a reference to", found);
          k.set(page, found);
          getPage(k, request.context, found);
        },
        got: () => k.return(page),
        failed: () => k.return(machine.noPage),
      },
    );
  },
);

/**
 * can_follow_write_pte(): a read-only entry of a read-only VMA will do if the page belongs to this mapping alone, and if
 * no one has to hear of the write.
 */
function canForceWrite({ machine, mm }: Context, va: number): Expr {
  const vma = vmaAt(machine, va);
  const pte = machine.pte(mm, va);
  return and(
    not(machine.vmaWrite(mm, vma)),
    machine.pageAnon(pfn(pte)),
    machine.anonExclusive(pfn(pte)),
    or(not(machine.tracksSoftDirty(mm, vma)), field(pte, "soft_dirty")),
    not(userfaultfdPteWp(machine, mm, vma, pte)),
  );
}

/** Whether a pin for reading may have to unshare the page. PG_anon_exclusive says when. */
export function pinUnshares(machine: Machine): boolean {
  return machine.has("pin-unshares") && machine.has("anon-exclusive");
}

/**
 * gup_must_unshare() for a long-term pin in a private mapping: the process's next write would replace the page. Every
 * private mapping of the model may become writable.
 */
export function mustUnshare(machine: Machine, pte: Expr): Expr {
  const zero = isZeroPage(machine, pte);
  const anon = and(not(zero), machine.pageAnon(pfn(pte)));
  const files = machine.has("pin-unshares-files") ? not(anon) : false;
  return and(not(field(pte, "write")), or(files, and(anon, not(machine.anonExclusive(pfn(pte))))));
}

export interface FollowPages {
  /** Part of the step that finds the page. */
  readonly grab: () => void;
  readonly got: () => void;
  readonly failed: () => void;
  /**
   * FOLL_UNLOCKABLE: a fault may drop the mmap lock or be killed, and then leaves by this callback. Without it the lock
   * is held throughout.
   */
  readonly unlocked?: () => void;
  /** FOLL_TRIED: the lock was dropped in an earlier try, so a fault waits for a page lock with the mmap lock held. */
  readonly tried?: Expr;
}

/**
 * FOLL_TOUCH for writing, part of a step: the page is marked dirty if its entry is not. A PMD is marked itself
 * (touch_pmd of 5.14 to 7.1.5), and on x86 pmd_mkdirty() also sets its soft-dirty bit.
 */
function touch(k: Recorder, { machine, mm }: Context, va: number): void {
  const pte = machine.pte(mm, va);
  const markPage = () => k.if(not(field(pte, "dirty")), () => k.set(machine.pageDirty(pfn(pte)), true));
  const markPmd = () => k.set(pte, withFields(pte, { young: true, dirty: true, soft_dirty: true }));
  k.if(machine.pmdMapped(mm, vmaAt(machine, va)), markPmd, markPage);
}

/**
 * __get_user_pages() for one page, for writing or reading. The page is faulted in until a reference can be taken. The
 * mmap lock is held. If the call must not drop it, a fault that finds the page locked waits with the mmap lock held,
 * and a fault that meets userfaultfd write protection fails.
 *
 * A pin for reading faults with FAULT_FLAG_UNSHARE at once. The kernel does so only after it has seen a page that must
 * be unshared; for other entries the two faults are the same.
 */
export function followPages(
  k: Recorder,
  {
    context,
    va,
    owner,
    write = true,
    force = false,
    pin = false,
    touches = true,
    splitsPmd = false,
  }: GetUserPages & SplitsPmd,
  { grab, got, failed, unlocked, tried = constant(0, bool) }: FollowPages,
): void {
  const { machine, mm } = context;
  const unshare = pin && !write && pinUnshares(machine);
  const vma = vmaAt(machine, va);
  const pte = machine.pte(mm, va);
  const outcome = k.register("outcome", followed);
  k.loop(() => {
    const permits = force ? true : write ? machine.vmaWrite(mm, vma) : vma.readable;
    const allowed = and(machine.vmaMapped(mm, vma.index), permits);
    if (splitsPmd && vma.pmdMappable) splitIfHuge(k, { context, vma, by: "follow_pmd_mask", underPtl: true, allowed });
    const condition = write ? " and writable" : unshare ? " and the page need not be unshared" : "";
    const meaning = `under the PTL: takes a reference if the entry is present${condition}`;
    k.step("follow_page_pte", meaning, () => {
      k.if(
        allowed,
        () => {
          awaitPtl(k, context, mm);
          const fits = write
            ? or(field(pte, "write"), force ? canForceWrite(context, va) : false)
            : not(unshare ? mustUnshare(machine, pte) : false);
          // no_page_table(): the PMD was empty when the walk read it, and maps a folio by now.
          const byPmd = splitsPmd ? machine.pmdMapped(mm, vma) : false;
          k.if(
            and(isPresent(pte), fits, not(byPmd)),
            () => {
              k.set(outcome, "got");
              k.outcome("finds the entry", pte);
              grab();
              if (write && touches && machine.has("gup-dirties-page")) touch(k, context, va);
            },
            () => {
              k.set(outcome, "fault");
              k.outcome("finds the entry", pte);
              k.outcome("has to fault the page in");
            },
          );
        },
        () => {
          k.set(outcome, "no_vma");
          k.outcome("finds no VMA that allows the access");
        },
      );
    });
    k.if(eq(outcome, "no_vma"), failed);
    k.if(eq(outcome, "got"), got);
    const result = k.call(handleMmFault, {
      context,
      va,
      write,
      unshare,
      mayRetry: unlocked === undefined ? constant(0, bool) : not(tried),
      killable: unlocked !== undefined,
      byGup: unlocked === undefined,
      owner,
    });
    k.if(eq(result, "signal"), failed);
    if (unlocked !== undefined) k.if(eq(result, "retry"), unlocked);
  });
}
