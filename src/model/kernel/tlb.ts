import { and, field, ge, lt, makeWord, select } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Machine } from "../machine.ts";

/**
 * flush_tlb_range(): the entries of one address space for `count` addresses from `first` on leave every CPU's TLB. One
 * step: a CPU that is flushed early acts as one that dropped the entry by itself, which it may do at any time, so that
 * each order of the CPUs' flushes equals one in which they happen together, at the last of them.
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
