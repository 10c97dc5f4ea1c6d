/**
 * The set of states, each known by the numbers of its two parts. Every different part is stored once (part-table.ts). The
 * pair of numbers identifies the state exactly, and takes a cell of 32 bits (root-cell.ts).
 *
 * A worker claims a cell by an atomic compare-exchange from 0. If that succeeds, the worker owns a new state, and writes it
 * to its own block, to be expanded in the next level. No other worker reads it before all have met at the end of the
 * level. Cells are never removed, so a probe that meets an empty cell has seen every possible equal root.
 */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  atomicCompareExchange32,
  atomicLoad32,
  br,
  brIf,
  eq,
  eqz,
  i32,
  load64,
  loop,
  set,
  when,
} from "../../encoder/instructions.ts";
import { callEffect, type FunctionRef, setGlobal } from "../../encoder/module-builder.ts";
import { insertSuccessors } from "../../expand/successor-batch.ts";
import { recycledBlocks } from "../recycled-blocks.ts";
import type { Insertion, StoreParts } from "../store-code.ts";
import { copyState, stateAddress } from "../whole-states.ts";
import { gathered } from "./root-cell.ts";
import { endAsFull, keyBitsOf, rootProbe, storePair } from "./root-table.ts";

export function treeInsertion(
  plan: MemoryPlan<"tree">,
  roots: FunctionRef,
  { builder, worker, own, expanding: { record }, judge, canonical }: StoreParts,
): Insertion {
  const { needIndex, closeSegment } = recycledBlocks(builder, plan, own);
  const insertBatch = builder.func([], undefined, (_, scope) => {
    const [entry, mask] = [scope.local("i32"), scope.local("i32")];
    const key = scope.local("i64");
    const root = rootProbe(plan, mask, scope);
    const judging = { record, judge, canonical };
    return [
      callEffect(roots),
      set(mask, own.mask),
      ...root.prepare,
      ...insertSuccessors(plan, worker, scope, judging, ({ state, probe, done, judgeOnce, countIt }) => [
        ...root.begin(load64(probe)),
        loop((again) => [
          set(entry, atomicLoad32(root.slot)),
          brIf(done, eq(entry, root.cell)),
          when(eqz(entry), [
            // The first empty cell of the probe: the state is new, or another worker is just inserting it.
            judgeOnce([]),
            set(entry, atomicCompareExchange32(root.slot, i32(0), root.cell)),
            when(eqz(entry), [
              needIndex,
              ...copyState(plan.stride / 4, state, stateAddress(plan, own.next)),
              set(key, load64(probe)),
              ...gathered(key, keyBitsOf(plan)),
              ...storePair(plan, own.next, key),
              setGlobal(own.next, add(own.next, i32(1))),
              countIt,
              br(done),
            ]),
            brIf(done, eq(entry, root.cell)),
          ]),
          ...root.goOn([...endAsFull, br(done)]),
          br(again),
        ]),
      ]),
    ];
  });

  return { insertBatch, closeSegment };
}
