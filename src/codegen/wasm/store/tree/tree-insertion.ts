/**
 * The set of states, each known by the numbers of its two parts. Every different part is stored once (part-table.ts). The
 * pair of numbers identifies the state exactly, and takes a cell of 32 or 16 bits (root-cell.ts).
 *
 * A worker claims a cell by an atomic compare-exchange from 0. If that succeeds, the worker owns a new state, and writes its
 * pair to its own block, to be expanded in the next level. No other worker reads it before all have met at the end of the
 * level. Cells are never removed, so a probe that meets an empty cell has seen every possible equal root.
 */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { add, after, i32, load32, load64, set } from "../../encoder/instructions.ts";
import { callEffect, type FunctionRef, setGlobal } from "../../encoder/module-builder.ts";
import { keyNotes } from "../../expand/noted-successors.ts";
import { keepSleepers } from "../../expand/sleeping-actors.ts";
import { insertSuccessors } from "../../expand/successor-batch.ts";
import { recycledBlocks } from "../recycled-blocks.ts";
import type { Insertion, StoreParts } from "../store-code.ts";
import { gathered } from "./root-cell.ts";
import { pairOf, storePair } from "./root-key.ts";
import type { Roots } from "./roots.ts";

export function treeInsertion(
  plan: MemoryPlan<"tree">,
  batchRoots: FunctionRef,
  roots: Roots,
  { builder, worker, own, expanding: { record }, judge, canonical }: StoreParts,
): Insertion {
  const { shape } = roots;
  const { needIndex, closeSegment } = recycledBlocks(builder, plan, own);
  const insertBatch = builder.func([], undefined, (_, scope) => {
    const { insert } = roots.inserting(scope);
    const [key, noted] = [scope.local("i64"), scope.local("i64")];
    const pair = after([set(noted, key), ...gathered(noted, shape)], pairOf(shape, noted));
    const judging = { record, judge, canonical };
    const notes = keyNotes(plan);
    return [
      callEffect(batchRoots),
      ...insertSuccessors(plan, worker, scope, judging, ({ probe, moves, done, judgeOnce, countIt }) => [
        set(key, load64(probe)),
        ...notes.any(load32(moves), pair),
        ...insert(key, {
          done,
          judge: judgeOnce([]),
          isNew: [
            needIndex,
            ...gathered(key, shape),
            ...notes.isNew(load32(moves), pairOf(shape, key)),
            ...notes.none(own.next),
            storePair(plan, shape, own.next, key),
            ...keepSleepers(plan, worker, moves, own.next),
            setGlobal(own.next, add(own.next, i32(1))),
            countIt,
          ],
        }),
      ]),
    ];
  });

  return { insertBatch, closeSegment };
}
