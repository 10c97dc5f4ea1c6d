/**
 * The set of states: an open-addressing table of 32-bit entries beside the states themselves, which are stored in the
 * order of discovery. In a table of 2^n entries, the low n bits of a state's hash give the first slot to look at. The
 * entry holds the other bits of the hash as a tag, and in its low n bits the state's index plus one, which is always less
 * than 2^n.
 * So tags are as long as possible, and the search need not look at a state whose tag differs.
 *
 * Several workers insert at once, without a lock. A worker first writes a new state to the next index of its own block,
 * where no other worker looks yet, and then claims the table's slot by an atomic compare-exchange from 0 to the entry. So
 * a worker that reads an entry finds its state complete. If the claim fails, another worker was faster: the entry that is
 * there now is compared like any other, and the index is used for the next new state. Entries are never removed, so a
 * probe that meets an empty slot has seen every possible equal state.
 */

import { blockSize, control } from "../../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  and,
  atomicAdd32,
  block,
  br,
  brIf,
  eq,
  eqz,
  gtU,
  i32,
  load32,
  loop,
  set,
  shl,
  store32,
  tee,
  unreachable,
  when,
  xor,
} from "../../encoder/instructions.ts";
import { callEffect, type FunctionRef, setGlobal } from "../../encoder/module-builder.ts";
import { noteSuccessor } from "../../expand/noted-successors.ts";
import { keepSleepers } from "../../expand/sleeping-actors.ts";
import { forEachProbe, forEachSuccessor, insertSuccessors } from "../../expand/successor-batch.ts";
import { canonise } from "../../step/canonical-form.ts";
import { claimSlot, readSlot } from "../claim-slot.ts";
import { closeSegmentFunction } from "../close-segment.ts";
import { hashInto, tableHash } from "../hash.ts";
import type { Insertion, StoreParts } from "../store-code.ts";
import { entryOf, indexOfEntry, nextSlot, slotOf, tagsDiffer } from "../table-entry.ts";
import type { StoredStates } from "./stored-states.ts";

export function exactInsertion(
  plan: MemoryPlan<"exact">,
  stored: StoredStates,
  { builder, worker, own, expanding: { record }, judge, canonical }: StoreParts,
): Insertion & { readonly warm: FunctionRef } {
  const words = plan.stride / 4;

  const closeSegment = closeSegmentFunction(builder, plan, own, [setGlobal(own.open, own.next)]);

  const takeBlock = builder.func([], undefined, (_, scope) => {
    const first = scope.local("i32");
    return [
      callEffect(closeSegment),
      set(first, shl(atomicAdd32(i32(0), i32(1), control.nextBlock), i32(Math.log2(blockSize)))),
      // The pause threshold leaves room for all that the workers may still insert. This check is only the last defence.
      when(gtU(add(first, i32(blockSize)), i32(plan.maxStates)), [unreachable]),
      setGlobal(own.next, first),
      setGlobal(own.open, first),
      setGlobal(own.end, add(first, i32(blockSize))),
    ];
  });

  /**
   * For each successor of the batch: its hash, and the slot from which to look for it. Writes the canonical forms.
   *
   * Most of the work is waiting for memory, so all successors of a batch wait together. The first pass hashes. The second
   * touches the table's lines. The third finds the slot from which to continue (the first that is empty or has the right
   * tag) and touches the state there. When the last pass inserts, its data is in the cache or about to arrive.
   * WebAssembly has no prefetch instruction, but loads whose values are only added up do not wait for each other.
   * Touching is a pass of its own because a processor looks only a limited number of instructions ahead: in a short loop,
   * more loads wait together.
   */
  const warm = builder.func([], undefined, (_, scope) => {
    const sink = scope.local("i32");
    const short = scope.local("i32");
    const slot = scope.local("i32");
    const entry = scope.local("i32");
    const mask = scope.local("i32");
    const hash = scope.local("i64");
    return [
      set(mask, own.mask),
      ...forEachSuccessor(plan, worker, scope, ({ state, probe }) => [
        ...canonise(plan, canonical, state),
        ...hashInto(hash, state, words),
        store32(probe, tableHash(hash)),
      ]),
      ...forEachProbe(plan, worker, scope, (probe) => [
        set(sink, xor(sink, load32(slotOf(plan, load32(probe), mask)))),
      ]),
      ...forEachProbe(plan, worker, scope, (probe) => [
        set(short, load32(probe)),
        set(slot, slotOf(plan, short, mask)),
        block((done) => [
          loop((again) => [
            brIf(done, eqz(tee(entry, readSlot(plan, slot)))),
            when(tagsDiffer(entry, short, mask), [set(slot, nextSlot(plan, slot, mask)), br(again)]),
          ]),
          set(sink, xor(sink, stored.touch(indexOfEntry(entry, mask)))),
        ]),
        store32(probe, slot, 4),
      ]),
      setGlobal(own.sink, sink),
    ];
  });

  const insertBatch = builder.func([], undefined, (_, scope) => {
    const short = scope.local("i32");
    const slot = scope.local("i32");
    const entry = scope.local("i32");
    const mask = scope.local("i32");
    const judging = { record, judge, canonical };
    return [
      callEffect(warm),
      set(mask, own.mask),
      ...insertSuccessors(plan, worker, scope, judging, ({ state, probe, moves, done, judgeOnce, countIt }) => [
        set(short, load32(probe)),
        set(slot, load32(probe, 4)),
        loop((again) => [
          set(entry, readSlot(plan, slot)),
          when(eqz(entry), [
            // The first empty slot of the probe: the state is new, or another worker is just inserting it.
            judgeOnce([
              when(eq(own.next, own.end), [callEffect(takeBlock)]),
              ...stored.put(state, own.next),
              ...keepSleepers(plan, worker, moves, own.next),
            ]),
            claimSlot(plan, slot, entryOf(short, own.next, mask), entry),
            when(eqz(entry), [
              ...noteSuccessor(plan, load32(moves), add(own.next, i32(1))),
              setGlobal(own.next, add(own.next, i32(1))),
              countIt,
              br(done),
            ]),
          ]),
          when(eqz(tagsDiffer(entry, short, mask)), [
            ...(plan.notesAt === undefined
              ? [brIf(done, stored.equals(state, indexOfEntry(entry, mask)))]
              : [
                  when(stored.equals(state, indexOfEntry(entry, mask)), [
                    ...noteSuccessor(plan, load32(moves), and(entry, mask)),
                    br(done),
                  ]),
                ]),
          ]),
          set(slot, nextSlot(plan, slot, mask)),
          br(again),
        ]),
      ]),
    ];
  });

  return { insertBatch, closeSegment, warm };
}
