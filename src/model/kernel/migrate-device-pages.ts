/**
 * The middle of a move to the memory of a device or back (migrate-device.ts): a new page takes the place of the old one,
 * or of an empty entry.
 */
import {
  add,
  and,
  constant,
  type Expr,
  eq,
  field,
  isConstant,
  makeWord,
  ne,
  not,
  or,
  select,
} from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Machine, vmaAt } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { migrateFlags } from "./migrate.ts";
import { hasPage, isEmpty, type MovedPage } from "./migrate-device.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { addNewAnonRmap, addReference } from "./page.ts";
import { allocatePageTable, awaitPtl, isNone, isPresent, isZeroPage, sayChanged } from "./page-table.ts";
import { isReaped } from "./reaped.ts";
import { anonVmaPrepare } from "./reverse-map.ts";
import { addToRss } from "./rss.ts";
import { mayFreeSwap, tryToFreeSwap } from "./swap-cache.ts";
import { inSwapCache } from "./swap-slots.ts";
import { flushTlb } from "./tlb.ts";

/** migrate_vma_pages(): true if `dst` takes the place of the page, or of the empty entry. */
export const migrateVmaPages = procedure<MovedPage>(
  "migrate_vma_pages",
  { file: "mm/migrate_device.c", returns: bool },
  (k, moved) => {
    const { context, src, dst, select: from } = moved;
    const { machine } = context;
    const page = field(src, "pfn");
    const done = k.register("done", bool);
    k.set(done, false);
    k.if(ne(dst, machine.noPage), () => {
      if (from === "system") k.if(isEmpty(src), () => insertPage(k, moved, done));
      k.if(hasPage(src), () => {
        const freed = from === "system" ? freeSwap(k, context, page) : constant(0, bool);
        k.step("folio_migrate_mapping", "goes on if only the migration and the fault refer to the page", () => {
          const others = moved.faultPage === undefined ? 0 : machine.has("private-fault-takes-reference");
          const expected = add(1, others ? select(eq(page, moved.faultPage ?? page), constant(1), constant(0)) : 0);
          // A page that moves to a device must not be in the swap cache.
          const cached = machine.swapSlots > 0 ? inSwapCache(machine, page) : false;
          k.set(done, and(not(cached), eq(machine.mapcount(page), 0), eq(machine.refcount(page), expected)));
          k.if(
            done,
            () => {
              k.outcome("finds no other references to", page, ":", dst, "takes its place");
              migrateFlags(k, machine, page, dst);
              if (!isConstant(freed)) k.if(freed, () => passCacheReference(k, machine, page, dst));
            },
            () => {
              k.outcome("finds other references to", page, ": gives up");
              // The copy is given back.
              k.set(machine.copied(page), false);
            },
          );
        });
      });
    });
    k.return(done);
  },
);

/**
 * Part of migrate_vma_pages(): takes a page that is to move to a device out of the swap cache. Returns whether it did,
 * and the caller still takes the page to be in the swap cache.
 */
function freeSwap(k: Recorder, context: Context, page: Expr): Expr {
  const { machine } = context;
  if (machine.swapSlots === 0 || !machine.has("device-move-frees-swap")) return constant(0, bool);
  const freed = k.register("freed", bool);
  k.step("folio_free_swap", "takes the page out of the swap cache if no entry stands for its slot", () => {
    k.set(freed, machine.has("device-move-rereads-mapping") ? false : mayFreeSwap(machine, page));
    tryToFreeSwap(k, context, page);
  });
  return freed;
}

/**
 * Part of folio_migrate_mapping(), called with the mapping of the swap cache: it passes a reference of the cache on to
 * the new page. But the cache has dropped its reference, so the one that the old page loses is the caller's.
 */
function passCacheReference(k: Recorder, machine: Machine, page: Expr, dst: Expr): void {
  addReference(k, machine, dst);
  decrement(k, machine.refcount(page), "folio_migrate_mapping of a page without references");
}

/** migrate_vma_insert_page(): maps a page of the device if the entry is still empty. */
function insertPage(k: Recorder, { context, va, device, dst }: MovedPage, done: Expr): void {
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  const pte = machine.pte(mm, va);
  k.call(invalidateRangeStart, { context, event: "MIGRATE", mm, first: va, count: 1, owner: device });
  k.step("migrate_vma_insert_page", "under the PTL: maps the device's page if the entry is still empty", () => {
    anonVmaPrepare(k, context, va);
    awaitPtl(k, context, mm);
    const empty = or(isNone(pte), isZeroPage(machine, pte));
    const reaped = isReaped(context);
    k.set(done, and(empty, not(reaped)));
    k.if(not(empty), () => sayChanged(k, pte));
    k.if(and(empty, reaped), () => k.outcome("finds that the out-of-memory reaper has begun to take pages: gives up"));
    k.if(done, () => {
      k.outcome("writes an entry for", dst);
      k.if(isPresent(pte), () => flushTlb(k, machine, mm, va, 1));
      const write = machine.vmaWrite(mm, vma);
      k.set(pte, makeWord(machine.types.pte, { kind: "device_private", pfn: dst, write }));
      addNewAnonRmap(k, context, dst, va);
      addReference(k, machine, dst);
      addToRss(k, machine.rssAnon(mm));
      allocatePageTable(k, context, vma);
    });
  });
  k.call(invalidateRangeEnd, { context, mm });
}
