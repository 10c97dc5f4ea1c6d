/** Merging pages with the same content (mm/ksm.c), for two pages of one VMA that are not merged yet. */
import { add, and, type Expr, eq, field, makeWord, not, or, select, withFields } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { awaitMapPte, mayMap, sayPassedOver } from "./mapped-walk.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import {
  addMapping,
  addReference,
  getPage,
  letGo,
  putPage,
  removeMapping,
  setAnonExclusive,
  takeInHand,
  tryLockPage,
  unlockPage,
} from "./page.ts";
import { awaitPtl, holdPtl, isNone, isPresent, isZeroPage, none, pfn, releasePtl, sayChanged } from "./page-table.ts";
import { maybeDmaPinned } from "./pinned.ts";
import { tryToFreeSwap } from "./swap-cache.ts";
import { inSwapCache } from "./swap-slots.ts";
import { flushTlb, isFlushPending } from "./tlb.ts";
import { noteContent } from "./tracking.ts";

const file = "mm/ksm.c";

/**
 * cmp_and_merge_page() for a page whose equal is in the unstable tree: try_to_merge_two_pages(). ksmd empties the tree
 * at the start of each scan, and scans an address space upwards. So the VMA's first page is in the tree when ksmd comes
 * to the second one. The second page becomes a merged page, which then replaces the first page. If this fails, the
 * second page stays merged with no other page. The kernel would have break_cow() copy it at once; the next write copies
 * it anyway.
 */
export const tryToMergeTwoPages = procedure<{ readonly context: Context; readonly vma: Vma }>(
  "try_to_merge_two_pages",
  { file },
  (k, { context, vma }) => {
    const { machine, mm } = context;
    const [inTree, scanned] = [vma.first, vma.first + 1];
    const found = k.register("found", bool);
    const page = k.register("page", machine.types.page);
    const treePage = k.register("tree_page", machine.types.page);
    const lookUp = (va: number, into: Expr, label: string) => {
      k.step(`mmap_read_lock to ${label}`, "takes the mmap lock for reading", () => mmapReadLock(k, context));
      k.step(label, `follow_page: takes a reference to the anonymous page at ${at(machine.addresses, va)}`, () => {
        awaitPtl(k, context, mm);
        const pte = machine.pte(mm, va);
        const there = and(machine.vmaMapped(mm, vma.index), isPresent(pte), not(isZeroPage(machine, pte)));
        k.set(found, and(there, machine.pageAnon(pfn(pte)), not(machine.merged(pfn(pte)))));
        k.if(not(found), () => k.outcome("finds no page to merge: gives up"));
        k.if(found, () => {
          k.outcome("takes a reference to", pfn(pte));
          k.set(into, pfn(pte));
          getPage(k, context, pfn(pte));
        });
      });
      k.step(`mmap_read_unlock after ${label}`, "drops the mmap lock", () => mmapReadUnlock(k, context));
    };
    lookUp(scanned, page, "scan_get_next_rmap_item");
    k.if(not(found), () => k.return());
    lookUp(inTree, treePage, "get_mergeable_page");
    k.if(found, () => {
      const merged = k.call(tryToMergeWithKsmPage, { context, vma, va: scanned, page, kpage: undefined });
      k.if(merged, () => k.call(tryToMergeWithKsmPage, { context, vma, va: inTree, page: treePage, kpage: page }));
      k.step("put_page(tree_page)", "drops the reference to the page of the tree", () => putPage(k, context, treePage));
    });
    k.step("put_page", "drops the reference to the scanned page", () => putPage(k, context, page));
  },
);

interface Merge {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  readonly page: Expr;
  /** The merged page that will replace the page; none if the page itself will become the merged page. */
  readonly kpage: Expr | undefined;
}

/** try_to_merge_with_ksm_page() and try_to_merge_one_page(): true if the merge worked. */
const tryToMergeWithKsmPage = procedure<Merge>("try_to_merge_with_ksm_page", { file, returns: bool }, (k, merge) => {
  const { context, vma, page, kpage } = merge;
  const { machine, mm } = context;
  const go = k.register("go", bool);
  k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
    mmapReadLock(k, context);
    k.set(go, machine.vmaMapped(mm, vma.index));
    sayVma(k, "reading", go);
  });
  k.if(go, () => {
    k.step("trylock_page", "takes the page lock if it is free", () =>
      tryLockPage(k, context, page, () => k.set(go, false)),
    );
    k.if(go, () => {
      const orig = k.call(writeProtectPage, merge);
      k.set(go, not(isNone(orig)));
      k.if(go, () => {
        if (kpage === undefined) {
          k.step(
            "set_page_stable_node",
            "makes the page a merged one and marks it dirty, so that it is not lost",
            () => {
              k.set(machine.merged(page), true);
              k.set(machine.pageDirty(page), true);
            },
          );
          return;
        }
        k.step("pages_identical", "compares the contents of the pages", () => {
          k.choose({
            identical: () => {
              k.outcome("finds the pages identical");
              noteContent(k, machine, page);
            },
            different: () => {
              k.outcome("finds the pages different: gives up");
              k.set(go, false);
            },
          });
        });
        k.if(go, () => k.set(go, k.call(replacePage, { ...merge, kpage, orig })));
      });
      k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
    });
  });
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
  k.return(go);
});

/**
 * write_protect_page(): returns the page's entry, which no longer lets any CPU write to the page, or an empty entry.
 * The walk stops at exclusive entries as well. Up to v6.14 pte_write() and pte_dirty() test the bits of such an entry.
 * On x86 its soft-dirty bit stands at the position of the write bit of a present entry.
 */
const writeProtectPage = procedure<Merge>(
  "write_protect_page",
  { file, returns: ({ context }) => context.machine.types.pte },
  (k, { context, va, page }) => {
    const { machine, mm } = context;
    const orig = k.register("entry", machine.types.pte);
    const pte = machine.pte(mm, va);
    const { mapcount, refcount } = machine;
    const protectedNow = k.register("protected", bool);
    const clears = k.register("clears", bool);
    k.set(protectedNow, false);
    k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
    k.step(
      "page_vma_mapped_walk",
      "passes over an entry that looks empty without the PTL; under the PTL, clears an entry of the page that allows writes",
      () => {
        awaitMapPte(k, context, { mm, va });
        k.set(clears, false);
        const entry = machine.has("ksm-skips-exclusive") ? isPresent(pte) : mayMap(pte);
        k.if(not(and(entry, eq(pfn(pte), page))), () => sayPassedOver(k, pte));
        k.if(and(entry, eq(pfn(pte), page)), () => {
          k.set(orig, pte);
          const readsAsWritable = select(isPresent(pte), field(pte, "write"), field(pte, "soft_dirty"));
          const pending = machine.has("ksm-flushes-pending") ? isFlushPending(machine, mm) : false;
          k.set(clears, or(eq(readsAsWritable, 1), field(pte, "dirty"), machine.anonExclusive(page), pending));
          k.set(protectedNow, not(clears));
          k.if(not(clears), () => k.outcome("finds the entry", pte, ", which lets no CPU write"));
          k.if(clears, () => {
            k.outcome("takes the PTL and clears the entry", pte);
            holdPtl(k, context, mm);
            k.set(pte, none(machine));
            takeInHand(k, context, page);
          });
        });
      },
    );
    k.if(clears, () => {
      k.step("ptep_flush", "flushes the old translation from the CPUs' TLBs", () => flushTlb(k, machine, mm, va, 1));
      k.step(
        "page_mapcount",
        "writes the entry, write-protected if nothing else refers to the page; drops the PTL",
        () => {
          const expected = add(add(mapcount(page), 1), machine.swapSlots > 0 ? inSwapCache(machine, page) : 0);
          const alone = machine.has("ksm-checks-references") ? eq(refcount(page), expected) : true;
          // page_try_share_anon_rmap()
          const pinned = machine.has("unmap-keeps-pinned") ? maybeDmaPinned(machine, page) : false;
          k.set(protectedNow, and(alone, not(pinned)));
          k.if(
            protectedNow,
            () => {
              k.outcome("writes the entry write-protected");
              k.assert(isPresent(orig), "write_protect_page: pte_wrprotect() of an entry that is not present");
              setAnonExclusive(k, machine, page, false);
              k.if(field(orig, "dirty"), () => k.set(machine.pageDirty(page), true));
              k.set(orig, withFields(orig, { write: false, dirty: false }));
              k.set(pte, orig);
            },
            () => {
              k.if(
                alone,
                () => k.outcome("finds", page, "pinned: puts the entry back"),
                () => k.outcome("finds", page, "in use: puts the entry back"),
              );
              k.set(pte, orig);
            },
          );
          k.outcome("drops the PTL");
          letGo(k, context, page);
          releasePtl(k, context, mm);
        },
      );
    });
    k.call(invalidateRangeEnd, { context, mm });
    k.if(not(protectedNow), () => k.set(orig, none(machine)));
    k.return(orig);
  },
);

/** replace_page(): maps the merged page instead, if the entry is unchanged. */
const replacePage = procedure<Merge & { readonly kpage: Expr; readonly orig: Expr }>(
  "replace_page",
  { file, returns: bool },
  (k, { context, va, page, kpage, orig }) => {
    const { machine, mm } = context;
    const pte = machine.pte(mm, va);
    const same = k.register("same", bool);
    k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
    k.step("pte_same", "takes the PTL and clears the entry if it is unchanged", () => {
      awaitPtl(k, context, mm);
      k.set(same, machine.has("ksm-rechecks-entry") ? eq(pte, orig) : isPresent(pte));
      k.if(not(same), () => sayChanged(k, pte));
      k.if(same, () => {
        k.outcome("takes the PTL and clears the entry", pte);
        if (machine.has("anon-exclusive"))
          k.assert(not(machine.anonExclusive(page)), "replace_page: the page belongs to one mapping alone");
        holdPtl(k, context, mm);
        k.set(pte, none(machine));
        takeInHand(k, context, page);
      });
    });
    k.if(same, () => {
      k.step("ptep_flush", "flushes the old translation from the CPUs' TLBs", () => flushTlb(k, machine, mm, va, 1));
      k.step("set_pte", "maps the merged page, unmaps the other, drops the PTL", () => mapMerged(k));
    });
    k.call(invalidateRangeEnd, { context, mm });
    k.return(same);

    function mapMerged(recorder: Recorder): void {
      const { mapcount } = machine;
      recorder.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: kpage, young: true }));
      addReference(recorder, machine, kpage);
      addMapping(recorder, machine, kpage);
      recorder.emit("page_replaced", { page, outdated: machine.outdated(page) });
      removeMapping(recorder, machine, page);
      if (machine.swapSlots > 0) recorder.if(eq(mapcount(page), 0), () => tryToFreeSwap(recorder, context, page));
      putPage(recorder, context, page);
      releasePtl(recorder, context, mm);
    }
  },
);
