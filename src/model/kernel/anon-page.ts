/** A fault on an empty entry of anonymous memory (mm/memory.c). */
import { constant, type Expr, eq, field, isConstant, makeWord, not, or } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { vmaAt } from "../machine/machine.ts";
import { hasMarkers } from "../machine/userfaultfd.ts";
import { doAnonymousFolio } from "./anon-folio.ts";
import { faultResult } from "./cow.ts";
import { type FaultLock, isUnderVmaLock, prepareAnonVma } from "./fault-lock.ts";
import { markMlocked } from "./mlocked.ts";
import { setNewPageFlags } from "./new-page.ts";
import { addNewAnonRmap, allocatePage, letGo, putPage } from "./page.ts";
import { allocatePageTable, awaitPtl, freesPageTables, isNone, sayChanged } from "./page-table.ts";
import { reapedRegister, unlessReaped } from "./reaped.ts";
import { addToRss } from "./rss.ts";
import { forgetWritten } from "./tracking.ts";

export interface AnonymousFault extends FaultLock {
  readonly context: Context;
  readonly write: boolean;
  /** The entry as the fault read it. If it is a marker, the new entry is write-protected, and a write faults again. */
  readonly orig: Expr;
}

/** do_anonymous_page(): maps the zero page for a read, a new page for a write. */
export const doAnonymousPage = procedure<AnonymousFault>(
  "do_anonymous_page",
  { file: "mm/memory.c", returns: faultResult },
  (k, fault) => {
    const { context, va, write, orig } = fault;
    const { machine, mm } = context;
    const pte = machine.pte(mm, va);
    const unchanged = hasMarkers(machine) ? eq(pte, orig) : isNone(pte);
    const uffdWp = hasMarkers(machine) ? field(orig, "uffd_wp") : false;
    const reaped = reapedRegister(k, context);
    const end = () => {
      k.if(reaped, () => k.return("signal"));
      k.return("done");
    };
    if (!isConstant(reaped)) k.set(reaped, false);
    if (!write) {
      k.step("map the zero page", "maps the zero page if the entry is still empty", () => {
        awaitPtl(k, context, mm);
        allocatePageTable(k, context, vmaAt(machine, va));
        k.if(
          unchanged,
          () =>
            unlessReaped(k, context, reaped, () => {
              k.outcome("maps the zero page");
              const zero = { kind: "present", pfn: machine.noPage, young: true, uffd_wp: uffdWp } as const;
              k.set(pte, makeWord(machine.types.pte, zero));
              forgetWritten(k, machine, mm, va);
            }),
          () => sayChanged(k, pte),
        );
      });
      end();
      return;
    }
    if (vmaAt(machine, va).faultsIn === 2) {
      const folio = k.call(doAnonymousFolio, { context, va, underVmaLock: isUnderVmaLock(fault) });
      k.if(eq(folio, "done"), () => k.return("done"));
      if (!isConstant(reaped)) k.if(eq(folio, "signal"), () => k.return("signal"));
      if (!isConstant(isUnderVmaLock(fault))) k.if(eq(folio, "retry"), () => k.return("retry"));
    }
    const page = k.register("page", machine.types.page);
    const raced = k.register("raced", bool);
    k.step("alloc_zeroed_user_highpage", "allocates a page", () => {
      allocatePageTable(k, context, vmaAt(machine, va));
      prepareAnonVma(k, context, fault, {
        retry: () => k.return("retry"),
        ready: () => allocatePage(k, context, page, () => k.return("signal")),
      });
    });
    k.call(setNewPageFlags, { context, page });
    k.step("map the new page", "maps the page if the entry is still empty", () => {
      awaitPtl(k, context, mm);
      const vma = vmaAt(machine, va);
      const gone = freesPageTables(machine, vma) ? not(machine.pageTable(mm, vma)) : constant(0, bool);
      k.set(raced, or(not(unchanged), gone));
      k.if(raced, () =>
        k.if(
          unchanged,
          () => k.outcome("finds no page table"),
          () => sayChanged(k, pte),
        ),
      );
      k.if(not(raced), () =>
        unlessReaped(k, context, reaped, () => {
          k.outcome("maps", page);
          k.assert(not(gone), "KASAN: use of a page table that was freed");
          const bits = { write: not(uffdWp), dirty: true, young: true, soft_dirty: true, uffd_wp: uffdWp };
          k.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: page, ...bits }));
          addNewAnonRmap(k, context, page, va);
          markMlocked(k, machine, { mm, vma, page });
          addToRss(k, machine.rssAnon(mm));
          letGo(k, context, page);
        }),
      );
    });
    k.if(or(raced, reaped), () => k.step("put_page", "gives the unused page back", () => putPage(k, context, page)));
    end();
  },
);
