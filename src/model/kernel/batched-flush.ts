/** TLB flushes that reclaim and migration defer while they unmap (mm/rmap.c, TTU_BATCH_FLUSH). */
import { and, type Expr, eq, field, isConstant, makeWord, not, or, select } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { type Machine, pairOf, rootOf, type Vma } from "../machine/machine.ts";
import { isPresent, pfn } from "./page-table.ts";
import { placesOf } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";

/** set_tlb_ubc_flush_pending(): part of the step that clears an entry, with the PTL held. */
export function putOffFlush(k: Recorder, machine: Machine, mm: number): void {
  const batched = machine.tlbFlushBatched(mm);
  if (!isConstant(batched)) k.set(batched, true);
}

/** try_to_unmap_flush() for a page that was mapped at the address, by the actor that deferred the flush. */
export function tryToUnmapFlush(k: Recorder, machine: Machine, vma: Vma, va: number): void {
  for (const mm of machine.mms.keys())
    if (rootOf(machine, mm) === vma.mm)
      for (const place of placesOf(machine, vma, va)) {
        const { first, count } = pairOf(place);
        flushTlb(k, machine, mm, first, count);
      }
}

/**
 * flush_tlb_batched_pending(): part of a step that is about to change an entry with the PTL held. It flushes the
 * address space if an actor has deferred a flush since the last time. The kernel then goes on to the entry. Until it
 * gets there, CPUs can fill their TLBs again from the current entries. So a TLB entry that the page table would give
 * again is kept here: a CPU that has not filled its TLB again behaves like one that drops the translation.
 */
export function flushBatchedPending(k: Recorder, machine: Machine, mm: number): void {
  const batched = machine.tlbFlushBatched(mm);
  if (isConstant(batched)) return;
  const empty = makeWord(machine.types.cpuTlb, {});
  k.if(batched, () => {
    for (const [thread, info] of machine.threads.entries()) {
      if (info.mm !== mm) continue;
      const entry = machine.cpuTlb(thread);
      k.set(entry, select(isStillGiven(machine, mm, entry), entry, empty));
    }
    k.set(batched, false);
  });
}

function isStillGiven(machine: Machine, mm: number, entry: Expr): Expr {
  const pte = machine.pte(mm, field(entry, "va"));
  const atMost = (bit: "write" | "dirty") => or(not(field(entry, bit)), field(pte, bit));
  return and(
    field(entry, "valid"),
    isPresent(pte),
    eq(pfn(pte), field(entry, "pfn")),
    atMost("write"),
    atMost("dirty"),
  );
}
