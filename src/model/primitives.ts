/** The helpers of the kernel that a reviewer can insert into a procedure. */
import { constant, type Expr, eq } from "../ir/expression.ts";
import { at } from "../ir/lookup.ts";
import { type Node, procedure, type Recorder, recordActor } from "../ir/recorder.ts";
import type { Variable } from "../ir/variable.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./kernel/notifier.ts";
import { forgetName, getPage, lockPage, putPage, tryGetPage, tryLockPage, unlockPage, usePage } from "./kernel/page.ts";
import { awaitPtl, holdPtl, mightSleep, releasePtl } from "./kernel/page-table.ts";
import { flushTlb } from "./kernel/tlb.ts";
import type { Context } from "./machine/context.ts";

/** What the steps around a new step work on. */
export interface Surroundings {
  /** The page; undefined if they use none. */
  readonly page: Expr | undefined;
  /**
   * The page-table entries that the procedure uses, as positions in `pte`, those of the nearest step first; none if it
   * uses none, or not always the same ones.
   */
  readonly entries: readonly number[];
}

/** What a primitive works on. */
interface Known {
  readonly page: Expr;
  readonly mm: number;
  /** Virtual pages. */
  readonly first: number;
  readonly count: number;
}

interface Primitive {
  readonly needsPage: boolean;
  /** What the new step does, in one line. */
  readonly note: string;
  readonly record: (k: Recorder, context: Context, known: Known) => void;
}

type OfStep = Primitive["record"];

/** A primitive that is one step. */
function step(label: string, note: string, needsPage: boolean, body: OfStep): Primitive {
  return { needsPage, note, record: (k, context, known) => k.step(label, note, () => body(k, context, known)) };
}

export const primitives = {
  get_page: step("get_page (inserted)", "takes a reference", true, (k, context, { page }) => getPage(k, context, page)),
  get_page_unless_zero: {
    needsPage: true,
    note: "takes a reference, or leaves the procedure if the page has none left",
    record: (k: Recorder, context: Context, { page }: Known) =>
      k.step(
        "get_page_unless_zero (inserted)",
        "takes a reference; if the page has none left, leaves the procedure",
        () =>
          tryGetPage(k, context, page, () => {
            forgetName(k, context);
            k.return();
          }),
      ),
  },
  put_page: step("put_page (inserted)", "drops a reference", true, (k, context, { page }) => putPage(k, context, page)),
  lock_page: step("lock_page (inserted)", "waits for the page lock and takes it", true, (k, context, { page }) =>
    lockPage(k, context, page),
  ),
  trylock_page: step(
    "trylock_page (inserted)",
    "takes the page lock if it is free, and goes on without it if it is not",
    true,
    (k, context, { page }) => tryLockPage(k, context, page, () => {}),
  ),
  unlock_page: step("unlock_page (inserted)", "unlocks the page", true, (k, context, { page }) =>
    unlockPage(k, context, page),
  ),
  wait_on_page_locked: step(
    "wait_on_page_locked (inserted)",
    "waits until the page is unlocked",
    true,
    (k, context, { page }) => {
      mightSleep(k, context);
      k.await(eq(context.machine.pageLock(page), 0));
      usePage(k, context, page);
    },
  ),
  pte_lock: step("pte_lock (inserted)", "takes the page-table lock and keeps it", false, (k, context, { mm }) => {
    awaitPtl(k, context, mm);
    holdPtl(k, context, mm);
  }),
  pte_unlock: step("pte_unlock (inserted)", "drops the page-table lock", false, (k, context, { mm }) =>
    releasePtl(k, context, mm),
  ),
  flush_tlb: step("flush_tlb (inserted)", "flushes the CPUs' TLBs", false, (k, { machine }, { mm, first, count }) =>
    flushTlb(k, machine, mm, first, count),
  ),
  mmu_notifier_invalidate_range_start: {
    needsPage: false,
    note: "opens an invalidation (MMU_NOTIFY_CLEAR) and calls the devices' notifiers",
    record: (k: Recorder, context: Context, { mm, first, count }: Known) =>
      k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first, count }),
  },
  mmu_notifier_invalidate_range_end: {
    needsPage: false,
    note: "closes an invalidation",
    record: (k: Recorder, context: Context, { mm }: Known) => k.call(invalidateRangeEnd, { context, mm }),
  },
} satisfies Readonly<Record<string, Primitive>>;

export type PrimitiveName = keyof typeof primitives;
export const primitiveNames = Object.keys(primitives) as readonly PrimitiveName[];

/** A primitive as a node of a procedure, with the registers that it needs; undefined if it needs a page and there is none. */
export function recordPrimitive(
  name: PrimitiveName,
  context: Context,
  { page, entries }: Surroundings,
): { readonly node: Node; readonly registers: readonly Variable[] } | undefined {
  const { needsPage, record }: Primitive = primitives[name];
  if (page === undefined && needsPage) return undefined;
  const { addresses, actors } = context.machine;
  const range = rangeOf(entries, addresses.length) ?? { mm: context.mm, first: 0, count: addresses.length };
  const main = procedure<undefined>("inserted", { file: "edit" }, (k) => {
    // A primitive that needs no page does not look at this one.
    record(k, context, { ...range, page: page ?? constant(0) });
  });
  const { root, registers } = recordActor(at(actors, context.actor).name, main);
  return { node: at(root.body, 0), registers };
}

/**
 * The virtual pages from the first to the last one with such an entry, in the address space of the nearest entry. A flush
 * or an invalidation of the kernel also covers all that its function changes (mprotect, mremap), and not one page of it.
 */
function rangeOf(entries: readonly number[], addresses: number): Omit<Known, "page"> | undefined {
  const mms = entries.map((entry) => Math.floor(entry / addresses));
  const [mm] = mms;
  if (mm === undefined) return undefined;
  const pages = entries.filter((_, nth) => mms[nth] === mm).map((entry) => entry % addresses);
  const first = Math.min(...pages);
  return { mm, first, count: Math.max(...pages) - first + 1 };
}
