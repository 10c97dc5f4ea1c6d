/**
 * Ghosts of what userspace tracks: writes since soft-dirty was cleared, and pages that are armed for write protection.
 */
import { add, and, type Expr, eq, field, ne, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { usesUserfaultfd } from "../machine/userfaultfd.ts";
import { outdateCopies } from "./copies.ts";
import { isNone, isSwap, pfn } from "./page-table.ts";

export const tracksWrites = (machine: Pick<Machine, "uses">) => machine.uses("clear_refs");
export const tracksArming = (machine: Pick<Machine, "uses">) => usesUserfaultfd(machine);
const tracksFreeing = (machine: Pick<Machine, "uses">) => machine.uses("madvise_free");

/** Keeps the content of a page apart from the content of its swap slot. */
export function markNewer(k: Recorder, machine: Machine, page: Expr, newer: boolean): void {
  if (machine.swapSlots > 0) k.set(machine.newer(page), newer);
}

/** Whether the content of a page may be replaced by that of another page. */
const replacesPages = (machine: Pick<Machine, "uses">) => machine.uses("ksm_merge", "uprobe_replace");

/** Part of every write to a page. */
export function recordContent(k: Recorder, machine: Machine, page: Expr): void {
  markNewer(k, machine, page, true);
  if (replacesPages(machine)) k.set(machine.outdated(page), true);
}

/** The content of the page was copied or compared: later writes are missing from the page that takes its place. */
export function noteContent(k: Recorder, machine: Machine, page: Expr): void {
  k.set(machine.outdated(page), false);
}

export interface Write {
  readonly va: number;
  readonly page: Expr;
  /** A CPU that runs the program, a device, or the kernel itself. Only the CPU writes through a TLB. */
  readonly by: "cpu" | "device" | "kernel";
}

/**
 * Part of a store. It is recorded, with two exceptions: it goes through a CPU's TLB while clear_refs has yet to flush,
 * or it goes to a page that is no longer at the address.
 */
export function recordWrite(k: Recorder, context: Context, { va, page, by }: Write): void {
  const { machine, mm } = context;
  recordContent(k, machine, page);
  outdateCopies(k, machine, mm, page);
  cancelFreeing(k, machine, { mm, va });
  if (!tracksWrites(machine)) return;
  const written = machine.written(mm, va);
  // Under the lock of a VMA a fault may mark an entry as written while other entries are being cleared.
  const faulted = machine.vmaLocksOf(mm).length > 0 ? field(machine.pte(mm, va), "soft_dirty") : false;
  const counts = by === "cpu" ? or(not(machine.clearing(mm)), faulted) : true;
  k.set(written, or(written, and(counts, isStillThere(machine, mm, va, page))));
  endWriting(k, context);
}

/** Whether an address holds a page, even if its entry is empty for a moment under the PTL. */
function isStillThere(machine: Machine, mm: number, va: number, page: Expr): Expr {
  const pte = machine.pte(mm, va);
  const swapped = machine.swapSlots > 0 ? isSwap(pte) : false;
  const cached = machine.swapSlots > 0 ? eq(machine.swapCache(field(pte, "slot")), add(page, 1)) : false;
  return or(
    and(isNone(pte), ne(machine.ptl(mm), 0)),
    and(swapped, cached),
    and(not(isNone(pte)), not(swapped), eq(pfn(pte), page)),
  );
}

/**
 * Part of a write through a pin. The process does not notice such a write. If the address shows as soft-dirty, because
 * it was pinned for writing, it is now written to.
 */
export function recordPinnedWrite(k: Recorder, { machine, mm }: Context, va: number, reaches: Expr): void {
  if (!tracksWrites(machine)) return;
  const written = machine.written(mm, va);
  k.set(written, or(written, and(reaches, field(machine.pte(mm, va), "soft_dirty"))));
}

/** Part of a fault for a write: the kernel marks the page as written before the write happens. */
export function beginWriting(k: Recorder, { machine, actor }: Context, va: number): void {
  if (tracksWrites(machine)) k.set(machine.writing(writerOf(machine, actor)), va + 1);
}

/** The write has happened or has failed. */
export function endWriting(k: Recorder, { machine, actor }: Context): void {
  if (tracksWrites(machine)) k.set(machine.writing(writerOf(machine, actor)), 0);
}

const writerOf = (machine: Machine, actor: number) => machine.writers.findIndex((writer) => writer.actor === actor);

/** Soft-dirty was cleared for the address, or what was written there is gone. */
export function forgetWritten(k: Recorder, machine: Machine, mm: number, va: number): void {
  if (tracksWrites(machine)) k.set(machine.written(mm, va), false);
}

/** The child's page counts as written and as dispensable if the parent's page does. */
export function copyWritten(k: Recorder, machine: Machine, parent: number, child: number, va: Expr): void {
  if (tracksFreeing(machine)) k.set(machine.freed(child, va), machine.freed(parent, va));
  if (tracksWrites(machine)) k.set(machine.written(child, va), machine.written(parent, va));
}

export function openClearing(k: Recorder, machine: Machine, mm: number, open: boolean): void {
  k.set(machine.clearing(mm), open);
}

/** Part of UFFDIO_WRITEPROTECT or PAGEMAP_SCAN: the entry is write-protected now. The promise is made when the call returns. */
export function beginArming(k: Recorder, { machine, actor }: Context, va: number): void {
  k.set(machine.arming(armerOf(machine, actor), va), true);
}

/**
 * The call returns. An address that was resolved or unmapped meanwhile is not armed, even if another call has protected
 * it again.
 */
export function endArming(k: Recorder, { machine, mm, actor }: Context, va: number): void {
  const [armed, arming] = [machine.armed(mm, va), machine.arming(armerOf(machine, actor), va)];
  k.set(armed, or(armed, arming));
  k.set(arming, false);
}

const armerOf = (machine: Machine, actor: number) => machine.armers.findIndex((armer) => armer.actor === actor);

/** The address was resolved, by userspace or by an asynchronous write fault, or its mapping is gone. */
export function disarm(k: Recorder, machine: Machine, mm: number, va: number): void {
  if (!tracksArming(machine)) return;
  k.set(machine.armed(mm, va), false);
  for (const [armer, info] of machine.armers.entries()) if (info.mm === mm) k.set(machine.arming(armer, va), false);
}

/**
 * Part of a write. MADV_FREE may drop what is written while the call is under way, together with what was there before.
 */
export function cancelFreeing(
  k: Recorder,
  machine: Machine,
  { mm, va }: { readonly mm: number; readonly va: number },
  written: Expr | boolean = true,
): void {
  if (!tracksFreeing(machine)) return;
  const freed = machine.freed(mm, va);
  k.set(freed, and(freed, not(written)));
}

/** Part of MADV_FREE: the entry is clean now. */
export function beginFreeing(k: Recorder, { machine, actor }: Context, va: number): void {
  k.set(machine.freeing(freerOf(machine, actor), va), true);
}

/** The call returns. What was written before it may now be dropped, even if another call that is under way drops it. */
export function endFreeing(k: Recorder, { machine, mm, actor }: Context, va: number): void {
  const [freed, freeing] = [machine.freed(mm, va), machine.freeing(freerOf(machine, actor), va)];
  k.set(freed, or(freed, freeing));
  k.set(freeing, false);
}

const freerOf = (machine: Machine, actor: number) => machine.freers.findIndex((freer) => freer.actor === actor);

/** The address is empty now: nothing there is written, armed or dispensable. */
export function forgetEntry(k: Recorder, machine: Machine, mm: number, va: number): void {
  forgetWritten(k, machine, mm, va);
  disarm(k, machine, mm, va);
  if (!tracksFreeing(machine)) return;
  k.set(machine.freed(mm, va), false);
  for (const [freer, info] of machine.freers.entries()) if (info.mm === mm) k.set(machine.freeing(freer, va), false);
}

/**
 * What is known of an address moves with its entry. A program that tracks writes has to be notified of a move as of a
 * write.
 */
export function moveTracked(k: Recorder, machine: Machine, mm: number, from: number, to: number): void {
  if (tracksWrites(machine)) k.set(machine.written(mm, to), true);
  if (tracksFreeing(machine)) k.set(machine.freed(mm, to), machine.freed(mm, from));
  forgetEntry(k, machine, mm, from);
}
