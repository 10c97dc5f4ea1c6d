import { add, and, type Expr, field, ge, gt, isConstant, lt, makeWord, select, subtract } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Machine } from "../machine/machine.ts";

/**
 * flush_tlb_range(): removes the entries of one address space for `count` addresses, from `first` on, from every CPU's
 * TLB. The flush is one step. A CPU that is flushed early behaves like one that dropped the entry by itself, which it
 * may do at any time. So every order of the CPUs' flushes equals one in which all of them happen together with the last
 * one.
 */
export function flushTlb(k: Recorder, machine: Machine, mm: number, first: number, count: number): void {
  const empty = makeWord(machine.types.cpuTlb, {});
  for (const [thread, info] of machine.threads.entries()) {
    if (info.mm !== mm) continue;
    const entry = machine.cpuTlb(thread);
    const va = field(entry, "va");
    const covered = and(field(entry, "valid"), ge(va, first), lt(va, first + count));
    k.set(entry, select(covered, empty, entry));
  }
}

/** Whether any CPU of the scenario runs in the address space. If none does, a flush finds nothing to remove. */
export const hasCpus = (machine: Machine, mm: number): boolean => machine.threads.some((thread) => thread.mm === mm);

/**
 * inc_tlb_flush_pending() and dec_tlb_flush_pending(): parts of the step that changes the first entry and of the step
 * that flushes. Only changes of protection are counted. Other code that flushes after it has dropped the page-table
 * lock leaves no entry through which a page could be copied or merged.
 */
export function beginFlushPending(k: Recorder, machine: Machine, mm: number): void {
  const pending = machine.tlbFlushPending(mm);
  if (!isConstant(pending)) k.set(pending, add(pending, 1));
}

export function endFlushPending(k: Recorder, machine: Machine, mm: number): void {
  const pending = machine.tlbFlushPending(mm);
  if (!isConstant(pending)) k.set(pending, subtract(pending, 1));
}

/** mm_tlb_flush_pending() */
export const isFlushPending = (machine: Machine, mm: number): Expr => gt(machine.tlbFlushPending(mm), 0);

/** mm_tlb_flush_nested(): another actor has yet to flush as well. */
export const isFlushNested = (machine: Machine, mm: number): Expr => gt(machine.tlbFlushPending(mm), 1);
