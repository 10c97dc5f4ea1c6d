/**
 * Replacing a page for a uprobe (kernel/events/uprobes.c), as up to 6.14. Later kernels change it in place
 * (uprobe-write.ts).
 */
import { and, type Expr, eq, makeWord, not } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { vmaAt } from "../machine/machine.ts";
import { followPages } from "./gup.ts";
import { awaitMapPte, mayMap, sayPassedOver } from "./mapped-walk.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { setNewPageFlags } from "./new-page.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import {
  addNewAnonRmap,
  addReference,
  allocatePage,
  getPage,
  lockPage,
  putPage,
  removeMapping,
  takeInHand,
  unlockPage,
} from "./page.ts";
import { holdPtl, isPresent, none, pfn, releasePtl } from "./page-table.ts";
import { tryToFreeSwap } from "./swap-cache.ts";
import { flushTlb } from "./tlb.ts";
import { noteContent } from "./tracking.ts";

const file = "kernel/events/uprobes.c";

export interface Uprobe {
  readonly context: Context;
  readonly va: number;
}

/**
 * unapply_uprobe() and uprobe_write_opcode(): removes a breakpoint from a private copy of the file's page by copying
 * that copy. This is the only caller that holds the mmap lock for reading. Setting a breakpoint needs the lock for
 * writing, so no device can interfere. The kernel maps the file's page again if the new page equals it; that is not
 * modelled.
 */
export const uprobeWriteOpcode = procedure<Uprobe>("uprobe_write_opcode", { file }, (k, { context, va }) => {
  const { machine, mm } = context;
  const page = k.register("old_page", machine.types.page);
  const copy = k.register("new_page", machine.types.page);
  const anon = k.register("anon", bool);
  const go = k.register("go", bool);
  k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
    mmapReadLock(k, context);
    k.set(go, machine.vmaMapped(mm, vmaAt(machine, va).index));
    sayVma(k, "reading", go);
  });
  k.if(go, () =>
    k.loop(() => {
      followPages(
        k,
        { context, va, write: false },
        {
          grab: () => {
            const found = pfn(machine.pte(mm, va));
            k.outcome("takes a reference to", found);
            k.set(page, found);
            k.set(anon, machine.pageAnon(found));
            getPage(k, context, found);
            k.set(go, true);
          },
          got: () => k.break(),
          failed: () => {
            k.set(go, false);
            k.break();
          },
        },
      );
      k.if(not(go), () => k.break());
      k.if(not(anon), () => k.set(go, false));
      k.if(go, () =>
        k.step("alloc_page_vma", "allocates the copy", () => allocatePage(k, context, copy, () => k.set(go, false))),
      );
      k.if(not(go), () => {
        k.step("put_page of what stays", "drops the reference, because there is no private copy or no memory", () =>
          putPage(k, context, page),
        );
        k.break();
      });
      k.step("copy_highpage", "copies the content of the page, without the breakpoint", () =>
        noteContent(k, machine, page),
      );
      k.call(setNewPageFlags, { context, page: copy });
      const replaced = k.call(replacePage, { context, va, page, copy });
      k.step("put_page(new_page)", "drops the allocation's reference to the copy", () => putPage(k, context, copy));
      k.step("put_page(old_page)", "drops the reference to the page", () => putPage(k, context, page));
      k.if(replaced, () => k.break());
    }),
  );
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
});

/**
 * __replace_page(): true if the entry was still that of the page. Up to v6.14 page_vma_mapped_walk() takes an exclusive
 * entry for a mapping. It is not a mapping: the mapcount that is subtracted here was already subtracted before.
 */
const replacePage = procedure<Uprobe & { readonly page: Expr; readonly copy: Expr }>(
  "__replace_page",
  { file, returns: bool },
  (k, { context, va, page, copy }) => {
    const { machine, mm } = context;
    const pte = machine.pte(mm, va);
    const { mapcount } = machine;
    const found = k.register("found", bool);
    k.step("lock_page(old_page)", "locks the page", () => lockPage(k, context, page));
    k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
    k.step(
      "page_vma_mapped_walk",
      "passes over an entry that looks empty without the PTL; takes the PTL and clears the entry if it is that of the page",
      () => {
        awaitMapPte(k, context, { mm, va });
        const entry = machine.has("uprobe-skips-exclusive") ? isPresent(pte) : mayMap(pte);
        k.set(found, and(entry, eq(pfn(pte), page)));
        k.if(
          found,
          () => {
            k.outcome("takes the PTL and clears the entry", pte);
            holdPtl(k, context, mm);
            k.set(pte, none(machine));
            takeInHand(k, context, page);
          },
          () => sayPassedOver(k, pte),
        );
      },
    );
    k.if(found, () => {
      k.step("ptep_flush", "flushes the old translation from the CPUs' TLBs", () => flushTlb(k, machine, mm, va, 1));
      k.step("set_pte", "maps the copy, unmaps the old page, drops the PTL", () => {
        k.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: copy, young: true }));
        addReference(k, machine, copy);
        addNewAnonRmap(k, context, copy, va);
        k.emit("page_replaced", { page, outdated: machine.outdated(page) });
        removeMapping(k, machine, page);
        if (machine.swapSlots > 0) k.if(eq(mapcount(page), 0), () => tryToFreeSwap(k, context, page));
        putPage(k, context, page);
        releasePtl(k, context, mm);
      });
    });
    k.call(invalidateRangeEnd, { context, mm });
    k.step("unlock_page(old_page)", "unlocks the page", () => unlockPage(k, context, page));
    k.return(found);
  },
);
