/** Moving a page to another address for userfaultfd (mm/userfaultfd.c). */
import {
  add,
  and,
  type Expr,
  eq,
  field,
  gt,
  makeWord,
  ne,
  not,
  or,
  subtract,
  withFields,
} from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import { movesPages } from "../machine/device-memory.ts";
import { vmaAt } from "../machine/machine.ts";
import { flushBatchedPending } from "./batched-flush.ts";
import { migrationEntryWait } from "./migration-entry.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { getPage, letGo, lockPage, putPage, setPageIndex, takeInHand, tryLockPage, unlockPage } from "./page.ts";
import {
  awaitPtl,
  holdPtl,
  isMigration,
  isNone,
  isPresent,
  isSwap,
  isZeroPage,
  none,
  pfn,
  releasePtl,
} from "./page-table.ts";
import { maybeDmaPinned } from "./pinned.ts";
import { fatalSignalPending, mayBeKilled, sayFatalSignal } from "./signal.ts";
import { flushTlb } from "./tlb.ts";
import { forgetEntry, moveTracked } from "./tracking.ts";
import { type MovedPage, uffdMoveLock, uffdMoveUnlock } from "./uffd-move-lock.ts";

const file = "mm/userfaultfd.c";

/** `again`: -EAGAIN, after which move_pages() tries the page once more. `go`: nothing is decided yet. */
const moveResult = enumeration("MoveResult", ["go", "again", "moved", "failed"]);

/** move_pages() for one page, without UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES. */
export const uffdMove = procedure<MovedPage>("move_pages", { file }, (k, moved) => {
  const { context, from, to } = moved;
  const { machine, mm, actor } = context;
  const [source, target] = [vmaAt(machine, from), vmaAt(machine, to)];
  const result = k.register("result", moveResult);
  const killed = k.register("killed", bool);
  const found = uffdMoveLock(k, moved);
  k.set(result, "failed");
  k.if(found, () => {
    k.step(
      "validate_move_areas",
      "checks that both VMAs are writable and alike, and that userfaultfd monitors the destination",
      () => {
        const alike = eq(machine.vmaLocked(mm, source), machine.vmaLocked(mm, target));
        const writable = and(machine.vmaWrite(mm, source), machine.vmaWrite(mm, target));
        const fits = and(alike, writable, machine.userfaultfd(mm, target), machine.has("uffd-move"));
        k.if(
          fits,
          () => {
            k.outcome("may move the page");
            k.set(result, "go");
          },
          () => k.outcome("may not move the page: fails"),
        );
      },
    );
    k.if(eq(result, "go"), () =>
      k.loop(() => {
        k.set(result, k.call(movePagesPte, moved));
        k.if(ne(result, "again"), () => k.break());
        if (!mayBeKilled(machine)) return;
        k.step("fatal_signal_pending", "gives up if the process is exiting; EINTR", () => {
          k.set(killed, fatalSignalPending(context));
          sayFatalSignal(k, killed);
        });
        k.if(killed, () => k.break());
      }),
    );
  });
  uffdMoveUnlock(k, moved, found, () => k.set(machine.failed(actor), or(machine.failed(actor), ne(result, "moved"))));
});

interface Move extends MovedPage {
  /** Registers: the source's entry as it was read; the page that the move has locked, or no page; the result. */
  readonly orig: Expr;
  readonly page: Expr;
  readonly result: Expr;
}

/**
 * move_pages_ptes(), up to 6.17 move_pages_pte(). The devices lose the source for as long as it runs. A present page, or
 * one in the swap cache, is locked: walks of its mappings, which have it locked too, see it at one of the two addresses.
 * So the anon_vma lock, which the kernel also takes up to 6.18 for a walk without the page lock, is left out.
 */
const movePagesPte = procedure<MovedPage>("move_pages_pte", { file, returns: moveResult }, (k, moved) => {
  const { context, from, to } = moved;
  const { machine, mm } = context;
  const [src, dst] = [machine.pte(mm, from), machine.pte(mm, to)];
  const orig = k.register("orig_src_pte", machine.types.pte);
  const locked = k.register("src_folio_pte", machine.types.pte);
  const page = k.register("src_folio", machine.types.page);
  const result = k.register("result", moveResult);
  const move = { ...moved, orig, page, result };
  const unless = (wanted: "go" | "moved") => k.if(ne(result, wanted), () => k.break());
  k.set(page, machine.noPage);
  k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: from, count: 1 });
  k.loop(() => {
    k.step("orig_src_pte", "reads both entries under the page-table lock (PTL)", () => {
      awaitPtl(k, context, mm);
      k.set(orig, src);
      k.set(result, "go");
      k.outcome("reads the source's entry", src);
      const fail =
        (why: string, how: "failed" | "again" = "failed") =>
        () => {
          k.outcome(why);
          k.set(result, how);
        };
      const changed = and(ne(page, machine.noPage), ne(src, locked));
      const other = not(or(isPresent(src), isMigration(src), isSwap(src)));
      const shared = machine.swapSlots > 0 ? and(isSwap(src), not(field(src, "anon_exclusive"))) : false;
      k.if(not(isNone(dst)), fail("finds the destination in use: fails"), () =>
        k.if(isNone(src), fail("finds nothing to move: fails"), () =>
          k.if(changed, fail("finds the entry changed since it locked the page: starts over", "again"), () =>
            k.if(other, fail("finds an entry that cannot be moved: fails"), () =>
              k.if(shared, fail("finds a swap entry that others may share: fails")),
            ),
          ),
        ),
      );
    });
    unless("go");
    if (movesPages(machine))
      k.if(isMigration(orig), () => {
        k.call(migrationEntryWait, { context, va: from, orig });
        k.set(result, "again");
        k.break();
      });
    k.if(isZeroPage(machine, orig), () => {
      moveZeropagePte(k, move);
      k.break();
    });
    k.if(isPresent(orig), () => {
      const isLocked = k.register("locked", bool);
      k.if(eq(page, machine.noPage), () => {
        k.step("folio_get", "under the PTL: takes a reference to the page, and its lock if that is free", () => {
          awaitPtl(k, context, mm);
          const alone = machine.anonExclusive(pfn(orig));
          k.if(ne(src, orig), () => {
            k.outcome("finds the entry changed to", src, ": starts over");
            k.set(result, "again");
          });
          k.if(and(eq(src, orig), not(alone)), () => {
            k.outcome("finds that", pfn(orig), "may be shared: fails");
            k.set(result, "failed");
          });
          k.if(and(eq(src, orig), alone), () => {
            k.set(page, pfn(orig));
            k.set(locked, orig);
            k.set(isLocked, true);
            k.outcome("takes a reference to", page);
            getPage(k, context, page);
            tryLockPage(k, context, page, () => k.set(isLocked, false));
          });
        });
        unless("go");
        k.if(not(isLocked), () => {
          k.step("folio_lock", "waits for the page lock, and looks again", () => lockPage(k, context, page));
          k.continue();
        });
      });
      movePresentPte(k, move);
      k.break();
    });
    if (machine.swapSlots > 0) {
      const isLocked = k.register("swap_locked", bool);
      if (machine.has("move-updates-swap-cache"))
        k.if(eq(page, machine.noPage), () => {
          k.step(
            "swap_cache_get_folio",
            "takes the page in the swap cache, if there is one, and its lock if that is free",
            () => {
              const cached = machine.swapCache(field(orig, "slot"));
              k.set(isLocked, true);
              k.if(
                gt(cached, 0),
                () => {
                  k.set(page, subtract(cached, 1));
                  k.set(locked, orig);
                  k.outcome("takes a reference to", page, "in the swap cache");
                  getPage(k, context, page);
                  tryLockPage(k, context, page, () => k.set(isLocked, false));
                },
                () => k.outcome("finds no page in the swap cache"),
              );
            },
          );
          k.if(not(isLocked), () => {
            k.step("folio_lock of a cached page", "waits for the page lock, and looks again", () =>
              lockPage(k, context, page),
            );
            k.continue();
          });
        });
      moveSwapPte(k, move);
    }
    k.break();
  });
  k.if(ne(page, machine.noPage), () => {
    k.step("folio_unlock", "unlocks the page", () => unlockPage(k, context, page));
    k.step("folio_put", "drops the reference", () => putPage(k, context, page));
  });
  k.call(invalidateRangeEnd, { context, mm });
  k.return(result);
});

/** Part of a step under both page-table locks: `then` if the entries are as they were read (is_pte_pages_stable). */
function ifStable(k: Recorder, { context, from, to, orig, result }: Move, then: () => void): void {
  const { machine, mm } = context;
  const [src, dst] = [machine.pte(mm, from), machine.pte(mm, to)];
  k.if(and(eq(src, orig), isNone(dst)), then, () => {
    k.outcome("finds an entry changed: starts over");
    k.set(result, "again");
  });
}

/** folio_move_anon_rmap(), and the index: from now on the page belongs to the destination. */
function moveAnonRmap(k: Recorder, { context, to, page }: Move): void {
  const { machine, mm } = context;
  setPageIndex(k, machine, page, to);
  if (machine.mms.length > 1) k.set(machine.anonVmaOf(page), mm);
}

/**
 * move_present_ptes() for one page. Since 6.18 it flushes last, before that between clearing and writing; all of it under
 * the page-table locks. The new entry loses userfaultfd's mark.
 */
function movePresentPte(k: Recorder, move: Move): void {
  const { context, from, to, page, result } = move;
  const { machine, mm } = context;
  const [src, dst] = [machine.pte(mm, from), machine.pte(mm, to)];
  const old = k.register("src_pte", machine.types.pte);
  k.step(
    "double_pt_lock",
    "takes both page-table locks and clears the source's entry, if nothing has changed and the page is not pinned",
    () => {
      awaitPtl(k, context, mm);
      ifStable(k, move, () =>
        k.if(
          or(maybeDmaPinned(machine, page), not(machine.anonExclusive(page))),
          () => {
            k.outcome("finds", page, "pinned or shared: fails");
            k.set(result, "failed");
          },
          () => {
            k.outcome("takes the PTL and clears the entry", src);
            holdPtl(k, context, mm);
            k.set(old, src);
            k.set(src, none(machine));
            takeInHand(k, context, page);
          },
        ),
      );
    },
  );
  k.if(eq(result, "go"), () => {
    k.step("set_pte_at", "writes the destination's entry, unless the page was pinned meanwhile", () => {
      k.if(
        maybeDmaPinned(machine, page),
        () => {
          k.outcome("finds", page, "pinned: puts the entry back");
          k.set(src, old);
          k.set(result, "failed");
        },
        () => {
          k.outcome("maps", page, "at the destination");
          moveAnonRmap(k, move);
          const dirty = machine.has("move-marks-soft-dirty") ? field(old, "dirty") : true;
          const bits = { write: true, young: true, dirty, soft_dirty: true };
          k.set(dst, makeWord(machine.types.pte, { kind: "present", pfn: page, ...bits }));
          moveTracked(k, machine, mm, from, to);
          k.set(result, "moved");
        },
      );
      letGo(k, context, page);
    });
    k.step("flush_tlb_range", "flushes the source from the CPUs' TLBs and drops the PTL", () => {
      if (machine.has("move-flushes-tlb")) flushTlb(k, machine, mm, from, 1);
      releasePtl(k, context, mm);
    });
  });
}

/** move_zeropage_pte(): one step, because only readers can have a translation of the zero page. */
function moveZeropagePte(k: Recorder, move: Move): void {
  const { context, from, to, orig, result } = move;
  const { machine, mm } = context;
  k.step(
    "move_zeropage_pte",
    "under the PTL: moves the zero page and flushes the source, if nothing has changed",
    () => {
      awaitPtl(k, context, mm);
      ifStable(k, move, () => {
        k.outcome("moves the zero page");
        k.set(machine.pte(mm, from), none(machine));
        flushTlb(k, machine, mm, from, 1);
        k.set(machine.pte(mm, to), makeWord(machine.types.pte, { kind: "present", pfn: pfn(orig), young: true }));
        forgetEntry(k, machine, mm, from);
        k.set(result, "moved");
      });
    },
  );
}

/** move_swap_pte(). A page in the swap cache comes to belong to the destination, where a fault may find it. */
function moveSwapPte(k: Recorder, move: Move): void {
  const { context, from, to, orig, page, result } = move;
  const { machine, mm } = context;
  const slot = field(orig, "slot");
  const cached = ne(page, machine.noPage);
  k.step("move_swap_pte", "under the PTL: moves the swap entry, if nothing has changed", () => {
    awaitPtl(k, context, mm);
    if (machine.has("move-flushes-batched")) flushBatchedPending(k, machine, mm);
    const rechecks = machine.has("move-rechecks-swap-cache");
    const other = and(cached, ne(machine.swapCache(slot), add(page, 1)));
    const missed = and(not(cached), or(ne(machine.swapCache(slot), 0), machine.slotClaimed(slot)));
    ifStable(k, move, () =>
      k.if(
        rechecks ? or(other, missed) : false,
        () => {
          k.outcome("finds another page, or one now, in the swap cache: starts over");
          k.set(result, "again");
        },
        () => {
          k.outcome("moves the entry", orig);
          k.if(cached, () => moveAnonRmap(k, move));
          k.set(machine.pte(mm, from), none(machine));
          const marks = machine.has("move-marks-soft-dirty") ? { soft_dirty: true } : {};
          k.set(machine.pte(mm, to), withFields(orig, marks));
          moveTracked(k, machine, mm, from, to);
          k.set(result, "moved");
        },
      ),
    );
  });
}
