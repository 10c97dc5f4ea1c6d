/**
 * Removing the breakpoint of a uprobe (kernel/events/uprobes.c), as in 6.18, 7.0 and 7.1. Earlier kernels replace the
 * page (uprobes.ts).
 */
import { and, type Expr, eq, field, not, or, withFields } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import { vmaAt } from "../machine/machine.ts";
import { getUserPagesRemote } from "./gup.ts";
import { mmapWriteLock, mmapWriteUnlock, sayVma } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { letGo, putPage, takeInHand } from "./page.ts";
import { awaitPtl, holdPtl, mapsPage, none, releasePtl, sayChanged, userfaultfdPteWp } from "./page-table.ts";
import { flushTlb } from "./tlb.ts";
import { endWriting, recordWrite } from "./tracking.ts";
import type { Uprobe } from "./uprobes.ts";

const file = "kernel/events/uprobes.c";

const writeOutcome = enumeration("UprobeWrite", ["EAGAIN", "EFAULT", "done"]);

/**
 * unapply_uprobe() and uprobe_write(): removes a breakpoint from a private copy of the file's page. The copy is changed
 * in place, so it has to belong to this mapping alone: if it does not, a write fault first makes a copy that does
 * (FOLL_WRITE). The kernel unmaps the copy if it equals the file's page; that is not modelled.
 */
export const uprobeWrite = procedure<Uprobe>("uprobe_write", { file }, (k, { context, va }) => {
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  const page = k.register("page", machine.types.page);
  const found = k.register("found", bool);
  const breaksCow = k.register("foll_write", bool);
  const outcome = k.register("ret", writeOutcome);
  k.step("mmap_write_lock", "takes the mmap lock for writing and looks up the VMA", () => {
    mmapWriteLock(k, context);
    k.set(found, machine.vmaMapped(mm, vma.index));
    k.set(breaksCow, false);
    sayVma(k, "writing", found);
  });
  k.if(found, () =>
    k.loop(() => {
      k.if(
        breaksCow,
        () => k.set(page, k.call(getUserPagesRemote, { context, va, force: true })),
        () => k.set(page, k.call(getUserPagesRemote, { context, va, write: false, force: true })),
      );
      k.if(eq(page, machine.noPage), () => k.break());
      k.step("folio_test_anon", "drops the reference if the page is the file's: there is no private copy", () => {
        k.set(found, machine.pageAnon(page));
        k.if(
          found,
          () => k.outcome("finds that", page, "is anonymous"),
          () => {
            k.outcome("finds that", page, "is the file's: drops the reference");
            putPage(k, context, page);
          },
        );
      });
      k.if(not(found), () => k.break());
      k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
      k.set(outcome, k.call(writeFolio, { context, va, page }));
      k.call(invalidateRangeEnd, { context, mm });
      k.step("folio_put", "drops the reference to the page", () => putPage(k, context, page));
      k.if(eq(outcome, "done"), () => k.break());
      k.if(eq(outcome, "EFAULT"), () => k.set(breaksCow, true));
    }),
  );
  k.step("mmap_write_unlock", "drops the mmap lock", () => {
    endWriting(k, context);
    mmapWriteUnlock(k, context);
  });
});

/** folio_walk_start() and __uprobe_write(). EAGAIN: the entry no longer maps the page. EFAULT: the page may be shared. */
const writeFolio = procedure<Uprobe & { readonly page: Expr }>(
  "__uprobe_write",
  { file, returns: writeOutcome },
  (k, { context, va, page }) => {
    const { machine, mm } = context;
    const vma = vmaAt(machine, va);
    const pte = machine.pte(mm, va);
    const entry = k.register("entry", machine.types.pte);
    const outcome = k.register("ret", writeOutcome);
    k.step(
      "folio_walk_start",
      "under the PTL: keeps the PTL and clears the entry if it still maps the page, and the page belongs to this mapping alone",
      () => {
        awaitPtl(k, context, mm);
        const alone = or(
          field(pte, "write"),
          and(machine.anonExclusive(page), not(userfaultfdPteWp(machine, mm, vma, pte))),
        );
        k.if(
          not(mapsPage(pte, page)),
          () => {
            k.set(outcome, "EAGAIN");
            sayChanged(k, pte);
          },
          () =>
            k.if(
              not(alone),
              () => {
                k.set(outcome, "EFAULT");
                k.outcome(
                  "finds the entry",
                  pte,
                  ", whose page may be shared: a write fault has to copy the page first",
                );
              },
              () => {
                k.set(outcome, "done");
                k.outcome("takes the PTL and clears the entry", pte);
                holdPtl(k, context, mm);
                k.set(entry, pte);
                k.set(pte, none(machine));
                takeInHand(k, context, page);
              },
            ),
        );
      },
    );
    k.if(eq(outcome, "done"), () => {
      k.step("ptep_clear_flush", "flushes the old translation from the CPUs' TLBs", () =>
        flushTlb(k, machine, mm, va, 1),
      );
      k.step("copy_to_page", "changes the page in place", () => recordWrite(k, context, { va, page, by: "kernel" }));
      k.step("set_pte_at", "maps the page again and marks it dirty; drops the PTL", () => {
        k.set(pte, withFields(entry, { dirty: true, soft_dirty: true }));
        letGo(k, context, page);
        releasePtl(k, context, mm);
      });
    });
    k.return(outcome);
  },
);
