/**
 * A write fault in anonymous memory that is allocated in folios of two pages (mm/memory.c). The folio is mapped page by
 * page or, if the VMA has no page table, by a PMD (mm/huge_memory.c).
 */
import { add, and, eq, isConstant, makeWord, not } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { vmaAt } from "../machine/machine.ts";
import { type FaultLock, isUnderVmaLock, prepareAnonVma } from "./fault-lock.ts";
import { allocateFolio } from "./folio.ts";
import { markFolioMlocked, markPmdMlocked } from "./mlocked.ts";
import { setNewPageFlags } from "./new-page.ts";
import { addNewAnonRmap, addReference, letGo, putPage } from "./page.ts";
import { awaitPtl, isNone } from "./page-table.ts";
import { reapedRegister, unlessReaped } from "./reaped.ts";
import { addToRss } from "./rss.ts";

/**
 * `small`: a single page has to do, because an entry of the pair is not empty, the PMD points to a page table, or no
 * folio is free. `retry` and `signal`: as in FaultResult.
 */
export const folioResult = enumeration("AnonFolio", ["small", "done", "retry", "signal"]);

/** alloc_anon_folio(), and the mapping of the folio. Which pair of pages makes up the folio is a choice. */
export const doAnonymousFolio = procedure<FaultLock & { readonly context: Context }>(
  "alloc_anon_folio",
  { file: "mm/memory.c", returns: folioResult },
  (k, fault) => {
    const { context, va } = fault;
    const { machine, mm } = context;
    const vma = vmaAt(machine, va);
    const first = va - ((va - vma.first) % 2);
    if (first + 1 >= vma.first + vma.count) {
      k.return("small");
      return;
    }
    const ptes = [machine.pte(mm, first), machine.pte(mm, first + 1)] as const;
    const head = k.register("folio", machine.types.page);
    const result = k.register("result", folioResult);
    const empty = and(...ptes.map(isNone), not(machine.pageTable(mm, vma)));
    const sayPageTable = () => k.if(machine.pageTable(mm, vma), () => k.outcome("finds a page table"));
    k.step("pte_range_none", "allocates a folio if both entries are empty", () => {
      k.set(result, "done");
      prepareAnonVma(k, context, fault, {
        retry: () => k.set(result, "retry"),
        ready: () =>
          k.if(
            empty,
            () =>
              allocateFolio(k, context, head, () => {
                k.outcome("gets no folio: takes a single page");
                k.set(result, "small");
              }),
            () => {
              sayPageTable();
              k.outcome("finds the entries", ptes[0], "and", ptes[1], ": takes a single page");
              k.set(result, "small");
            },
          ),
      });
    });
    if (!isConstant(isUnderVmaLock(fault))) k.if(eq(result, "retry"), () => k.return("retry"));
    k.if(eq(result, "small"), () => k.return("small"));
    k.call(setNewPageFlags, { context, page: head });
    const raced = k.register("raced", enumeration("FolioRace", ["mapped", "raced"]));
    const reaped = reapedRegister(k, context);
    k.step("set_ptes", "maps the folio's pages if both entries are still empty", () => {
      awaitPtl(k, context, mm);
      k.set(raced, "raced");
      if (!isConstant(reaped)) k.set(reaped, false);
      k.if(not(empty), () => {
        sayPageTable();
        k.outcome("finds the entries", ptes[0], "and", ptes[1], ": leaves them");
      });
      const map = () => {
        k.outcome("maps both pages of the folio");
        k.set(raced, "mapped");
        if (vma.pmdMappable) k.set(machine.pmdMapped(mm, vma), true);
        // Each mapping has a reference. The reference from the allocation becomes that of the first page.
        addReference(k, machine, head);
        letGo(k, context, head);
        for (const [offset, pte] of ptes.entries()) {
          const page = add(head, offset);
          const fresh = {
            kind: "present",
            pfn: page,
            write: true,
            dirty: true,
            young: true,
            soft_dirty: true,
          } as const;
          k.set(pte, makeWord(machine.types.pte, fresh));
          addNewAnonRmap(k, context, page, first + offset);
        }
        // folio_add_lru_vma()
        const marks = vma.pmdMappable ? markPmdMlocked : markFolioMlocked;
        marks(k, machine, { mm, vma, page: head });
        addToRss(k, machine.rssAnon(mm), 2);
      };
      k.if(empty, () => unlessReaped(k, context, reaped, map));
    });
    k.if(eq(raced, "raced"), () => k.step("folio_put", "gives the folio back", () => putPage(k, context, head)));
    k.if(reaped, () => k.return("signal"));
    k.return("done");
  },
);
