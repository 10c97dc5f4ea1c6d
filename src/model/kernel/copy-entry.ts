/**
 * Copying one entry for fork(), by its kind. Exclusive entries are not copied: try-restore.ts makes them present first
 * (mm/memory.c).
 */
import { and, type Expr, eq, field, lift, makeWord, not, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine, Vma } from "../machine/machine.ts";
import { setNewPageFlags } from "./new-page.ts";
import { addMapping, addNewAnonRmap, addReference, letGo, setAnonExclusive } from "./page.ts";
import { isPresent, isZeroPage, pfn } from "./page-table.ts";
import { maybeDmaPinned } from "./pinned.ts";
import { addToRss, ofPage } from "./rss.ts";
import { swapDuplicate } from "./swap-cache.ts";
import { copyWritten } from "./tracking.ts";

const file = "mm/memory.c";

/** The child has no userfaultfd, because userfaultfd is used without fork events. */
function forChild(machine: Machine, pte: Expr): Expr {
  return machine.has("fork-clears-uffd-wp") ? withFields(pte, { uffd_wp: false }) : pte;
}

/**
 * copy_nonpresent_pte() for a migration entry: parent and child get a readable one. The child's entry holds no page
 * reference yet.
 */
export const copyMigrationEntry = procedure<{ readonly context: Context; readonly child: number; readonly addr: Expr }>(
  "copy_nonpresent_pte",
  { file },
  (k, entry) => {
    k.step(
      "set_pte of a migration entry",
      "makes the parent's entry a readable migration entry and copies it to the child",
      () => shareMigrationEntry(k, entry),
    );
  },
);

/** Part of a step: parent and child get a readable migration entry. */
export function shareMigrationEntry(k: Recorder, { context, child, addr }: SharedEntry): void {
  const { machine, mm } = context;
  const pte = machine.pte(mm, addr);
  k.set(pte, withFields(pte, { write: false, anon_exclusive: false }));
  k.set(machine.pte(child, addr), forChild(machine, pte));
  copyWritten(k, machine, mm, child, lift(addr));
  addToRss(k, machine.rssAnon(child));
}

/** copy_nonpresent_pte() for a hwpoison entry: the child gets the same. It counts for nothing and holds no reference. */
export const copyHwpoisonEntry = procedure<{ readonly context: Context; readonly child: number; readonly addr: Expr }>(
  "copy_nonpresent_pte",
  { file },
  (k, { context, child, addr }) => {
    const { machine, mm } = context;
    k.step("set_pte of a hwpoison entry", "copies the entry to the child", () =>
      k.set(machine.pte(child, addr), forChild(machine, machine.pte(mm, addr))),
    );
  },
);

/**
 * copy_nonpresent_pte() for an entry of a page in a device's memory: parent and child share the page. A writable entry
 * becomes a readable one, and then loses its soft-dirty bit ("We do not preserve soft-dirty information").
 */
export const copyPrivateEntry = procedure<{ readonly context: Context; readonly child: number; readonly addr: Expr }>(
  "copy_nonpresent_pte",
  { file },
  (k, { context, child, addr }) => {
    const { machine, mm } = context;
    const pte = machine.pte(mm, addr);
    k.step(
      "set_pte of a device's page",
      "makes the parent's entry a readable one and copies it to the child, with a reference and a mapping",
      () => {
        k.outcome("copies the entry", pte, "to the child");
        addReference(k, machine, pfn(pte));
        addMapping(k, machine, pfn(pte));
        setAnonExclusive(k, machine, pfn(pte), false);
        const kept = and(field(pte, "soft_dirty"), not(field(pte, "write")));
        k.set(pte, withFields(pte, { write: false, soft_dirty: kept }));
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
export const copySwapEntry = procedure<{
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
export const copyPresentPage = procedure<{
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
      addNewAnonRmap(k, { ...context, mm: child }, prealloc, addr);
      letGo(k, context, prealloc);
      addToRss(k, machine.rssAnon(child));
    });
  });
  k.return(outcome);
});

export interface SharedEntry {
  readonly context: Context;
  readonly child: number;
  readonly addr: Expr | number;
}

/** Part of a step: parent and child get a write-protected entry. The child's entry is old (not young). */
export function shareEntry(k: Recorder, { context, child, addr }: SharedEntry): void {
  const { machine, mm } = context;
  const pte = machine.pte(mm, addr);
  const page = pfn(pte);
  k.set(pte, withFields(pte, { write: false }));
  k.set(machine.pte(child, addr), withFields(forChild(machine, pte), { young: false }));
  copyWritten(k, machine, mm, child, lift(addr));
  k.if(not(isZeroPage(machine, pte)), () => {
    addReference(k, machine, page);
    addMapping(k, machine, page);
    setAnonExclusive(k, machine, page, false);
    ofPage(k, machine, child, page, (counter) => addToRss(k, counter));
  });
}

/** copy_present_pte() */
export const copyPresentPte = procedure<{ readonly context: Context; readonly child: number; readonly addr: Expr }>(
  "copy_present_pte",
  { file },
  (k, { context, child, addr }) => {
    const { machine, mm } = context;
    const pte = machine.pte(mm, addr);
    k.step("set_pte", "write-protects the parent's entry and copies it to the child", () => {
      // The search ends here, so the buffered write need not be carried out.
      if (machine.has("fork-restores-lazily"))
        k.assert(isPresent(pte), "copy_present_pte: the entry is not present, because set_pte is still buffered");
      shareEntry(k, { context, child, addr });
    });
  },
);
