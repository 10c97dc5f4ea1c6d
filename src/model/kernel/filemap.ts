/** Faults in private file mappings (mm/memory.c do_read_fault, do_cow_fault; mm/filemap.c filemap_fault). */
import { type Expr, eq, isConstant, makeWord, not, or } from "../../ir/expression.ts";
import { required } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Vma, vmaAt } from "../machine/machine.ts";
import { faultResult } from "./cow.ts";
import { type FaultLock, prepareAnonVma } from "./fault-lock.ts";
import { setNewPageFlags } from "./new-page.ts";
import { addMapping, addNewAnonRmap, allocatePage, getPage, letGo, lockPage, putPage, unlockPage } from "./page.ts";
import { awaitPtl, isNone, maybeMkwrite, sayChanged } from "./page-table.ts";
import { reapedRegister, unlessReaped } from "./reaped.ts";
import { addToRss } from "./rss.ts";
import { forgetWritten } from "./tracking.ts";

/** do_fault(): maps the page-cache page for a read, a private copy of it for a write. */
export const mapFilePage = procedure<FaultLock & { readonly context: Context; readonly write: boolean }>(
  "do_fault",
  { file: "mm/memory.c", returns: faultResult },
  (k, fault) => {
    const { context, va, write } = fault;
    const { machine, mm } = context;
    const vma = vmaAt(machine, va);
    const pte = machine.pte(mm, va);
    const filePage = {
      op: "const",
      type: machine.types.page,
      value: required(vma.firstFilePage, `the file of ${vma.name}`) + va - vma.first,
    } as const;
    const copy = k.register("cow_page", machine.types.page);
    const found = k.register("found", bool);
    const outcome = k.register("outcome", enumeration("FinishFault", ["mapped", "raced"]));

    if (write)
      k.step("alloc_page_vma", "allocates the private copy", () =>
        prepareAnonVma(k, context, fault, {
          retry: () => k.return("retry"),
          ready: () => allocatePage(k, context, copy, () => k.return("signal")),
        }),
      );
    const giveUp = (when: string) => {
      if (write)
        k.step(`put_page(cow_page) ${when}`, "gives the unused copy back; SIGBUS", () => putPage(k, context, copy));
      k.return("signal");
    };
    const punches = machine.uses("punch_hole");
    const look = () => {
      k.step("find_get_page", "looks up the page in the page cache and takes a reference", () => {
        k.set(found, machine.pageCache(filePage));
        k.if(
          found,
          () => k.outcome("finds", filePage, "in the page cache and takes a reference"),
          () => k.outcome(`finds no page in the page cache${punches ? ": has to read it" : ""}`),
        );
        k.if(machine.pageCache(filePage), () => getPage(k, context, filePage));
      });
      if (punches) k.if(not(found), () => readFilePage(k, { context, vma, filePage }, found));
      k.if(not(found), () => giveUp("not cached"));
      k.step("lock_page", "locks the page-cache page", () => lockPage(k, context, filePage));
      k.step("check truncation", "checks, under the page lock, whether the page still belongs to the file", () => {
        k.set(found, not(or(machine.truncated(vma.index), not(machine.pageCache(filePage)))));
        k.if(
          found,
          () => k.outcome("sees that", filePage, "still belongs to the file"),
          () => k.outcome("sees that", filePage, "was truncated: gives up"),
        );
      });
      k.if(not(found), () => {
        k.step("unlock_page after truncation", "unlocks the page", () => unlockPage(k, context, filePage));
        k.step("put_page after truncation", "drops the reference", () => putPage(k, context, filePage));
        if (punches) k.continue();
        else giveUp("after truncation");
      });
    };
    if (punches) {
      k.loop(() => {
        look();
        k.break();
      });
    } else look();
    if (write) k.call(setNewPageFlags, { context, page: copy });
    const reaped = reapedRegister(k, context);
    // Without the PTL: the reaper may begin after this.
    if (!isConstant(reaped)) {
      k.set(outcome, "raced");
      k.step("check_stable_address_space", "gives up if the out-of-memory reaper has begun to take pages", () =>
        unlessReaped(k, context, reaped, () => k.outcome("finds that no out-of-memory reaper has taken pages")),
      );
    }
    k.if(not(reaped), () =>
      k.step("finish_fault", "maps the page if the entry is still empty", () => {
        awaitPtl(k, context, mm);
        k.set(outcome, "raced");
        k.if(not(isNone(pte)), () => sayChanged(k, pte));
        k.if(isNone(pte), () => {
          k.outcome(write ? "maps the private copy" : "maps the page-cache page");
          k.set(outcome, "mapped");
          if (write) {
            const fresh = {
              kind: "present",
              pfn: copy,
              write: maybeMkwrite(machine, mm, vma),
              dirty: true,
              young: true,
              soft_dirty: true,
            } as const;
            k.set(pte, makeWord(machine.types.pte, fresh));
            addNewAnonRmap(k, context, copy, va);
            addToRss(k, machine.rssAnon(mm));
            letGo(k, context, copy);
          } else {
            k.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: filePage, young: true }));
            forgetWritten(k, machine, mm, va);
            addMapping(k, machine, filePage);
            addToRss(k, machine.rssFile(mm));
            letGo(k, context, filePage);
          }
        });
      }),
    );
    k.step("unlock_page", "unlocks the page-cache page", () => unlockPage(k, context, filePage));
    if (write) {
      k.step("put_page", "drops the reference to the page-cache page", () => putPage(k, context, filePage));
      k.if(eq(outcome, "raced"), () =>
        k.step("put_page(cow_page) after a race", "gives the copy back", () => putPage(k, context, copy)),
      );
    } else
      k.if(eq(outcome, "raced"), () =>
        k.step("put_page after a race", "drops the reference", () => putPage(k, context, filePage)),
      );
    k.if(reaped, () => k.return("signal"));
    k.return("done");
  },
);

interface FilePage {
  readonly context: Context;
  readonly vma: Vma;
  readonly filePage: Expr;
}

/**
 * filemap_read_folio() for a page that is not in the page cache, because a hole was punched there: takes a reference to a
 * new page. The new page has the number of the old one; if something still refers to the old one, there is no memory.
 */
function readFilePage(k: Recorder, { context, vma, filePage }: FilePage, found: Expr): void {
  const { machine } = context;
  const { refcount, pageCache } = machine;
  k.step("filemap_read_folio", "reads the page into the page cache, unless a hole is being punched", () => {
    k.await(eq(machine.invalidateLock(vma.index), 0));
    k.set(found, or(pageCache(filePage), eq(refcount(filePage), 0)));
    k.if(not(found), () => k.outcome("finds no memory for the page"));
    k.if(found, () => {
      k.if(
        pageCache(filePage),
        () => k.outcome("finds", filePage, "in the page cache by now and takes a reference"),
        () => {
          k.outcome("reads", filePage, "into the page cache and takes a reference");
          k.set(pageCache(filePage), true);
          k.set(refcount(filePage), 1);
        },
      );
      getPage(k, context, filePage);
    });
  });
}
