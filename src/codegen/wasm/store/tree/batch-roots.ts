/**
 * Replaces the probes of a batch by the spread keys of the successors' roots. Most steps change one of the parts only. A part
 * that a successor shares with its parent needs no lookup, because memory has the numbers of the parent's parts.
 *
 * As in the exact store, most of the work is waiting for memory, so each pass goes over the whole batch
 * (exact/exact-insertion.ts). In the end the lines of the table of roots are in the cache, or about to arrive.
 */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { openBytes } from "../../../../memory/tree-plan.ts";
import {
  add,
  type Effect,
  forEach,
  i32,
  increase,
  load32,
  load64,
  set,
  store32,
  store64,
  sub,
  when,
  xor,
} from "../../encoder/instructions.ts";
import { call, callEffect, type FunctionRef, setGlobal } from "../../encoder/module-builder.ts";
import { forEachProbe, forEachSuccessor } from "../../expand/successor-batch.ts";
import { canonise } from "../../step/canonical-form.ts";
import type { StoreParts } from "../store-code.ts";
import { slotOf } from "../table-entry.ts";
import { type PartTable, partHash, partMask } from "./part-table.ts";
import { spread } from "./root-cell.ts";
import { keyOfPairAt, pairAddress } from "./root-key.ts";
import type { Roots } from "./roots.ts";
import { sharePart } from "./state-part.ts";
import type { WholeWindow } from "./whole-window.ts";

export function batchRoots(
  plan: MemoryPlan<"tree">,
  tables: readonly PartTable[],
  { touch, shape, addressOf }: Pick<Roots, "touch" | "shape"> & Pick<WholeWindow, "addressOf">,
  { builder, worker, own, canonical }: StoreParts,
): FunctionRef {
  const sides = tables.map((table, number) => ({
    ...table,
    /** The list of successors with a part that the parent does not have. */
    open: add(worker.area, i32(plan.store.openIn + number * plan.batchCapacity * openBytes)),
    openEnd: builder.variable(),
  }));

  /**
   * Gives each probe the numbers of the parts that the successor shares with its parent, and the hashes of the others,
   * which it lists.
   */
  const compareWithParents = builder.func([], undefined, (_, scope) => {
    const [parent, from, pair] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
    const hash = partHash(scope);
    const lists = sides.map((one) => ({ ...one, next: scope.local("i32") }));
    return [
      ...lists.map(({ next, open }) => set(next, open)),
      ...forEachSuccessor(plan, worker, scope, ({ state, probe }) => [
        ...canonise(plan, canonical, state),
        // A move begins with its parent, and is as long as a probe.
        set(parent, load32(sub(probe, i32(plan.probesIn - plan.movesIn)))),
        set(from, addressOf(parent)),
        set(pair, pairAddress(plan, parent)),
        ...lists.map(({ side, next }) =>
          when(
            sharePart(side.part, state, from),
            [store32(probe, load32(pair, side.offset), side.offset)],
            [
              ...hash.into(side.part.ofState(state)),
              store32(probe, hash.value, side.offset),
              store32(next, state),
              store32(next, probe, 4),
              increase(next, i32(openBytes)),
            ],
          ),
        ),
      ]),
      ...lists.map(({ next, openEnd }) => setGlobal(openEnd, next)),
    ];
  });

  /** Finds the numbers of the other parts. */
  const findParts = builder.func([], undefined, (_, scope) => {
    const [next, end, probe] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
    const [mask, sink] = [scope.local("i32"), scope.local("i32")];
    const forEachOpen = ({ open, openEnd }: (typeof sides)[number], body: readonly Effect[]): readonly Effect[] => [
      set(next, open),
      set(end, openEnd),
      forEach(next, end, openBytes, [set(probe, load32(next, 4)), ...body]),
    ];
    return [
      ...sides.flatMap((one) => [
        set(mask, partMask(one.side)),
        ...forEachOpen(one, [set(sink, xor(sink, load32(slotOf(one.side, load32(probe, one.side.offset), mask))))]),
      ]),
      ...sides.flatMap((one) =>
        forEachOpen(one, [
          store32(probe, call(one.numberOf, "i32", load32(probe, one.side.offset), load32(next)), one.side.offset),
        ]),
      ),
      setGlobal(own.sink, sink),
    ];
  });

  /** Spreads the keys, and touches the lines of the table that they need. */
  const touchRoots = builder.func([], undefined, (_, scope) => {
    const sink = scope.local("i32");
    const key = scope.local("i64");
    return [
      ...forEachProbe(plan, worker, scope, (probe) => [
        set(key, keyOfPairAt(shape, probe)),
        ...spread(key, shape),
        store64(probe, key),
      ]),
      ...forEachProbe(plan, worker, scope, (probe) => [set(sink, xor(sink, touch(load64(probe))))]),
      setGlobal(own.sink, sink),
    ];
  });

  return builder.func([], undefined, () => [compareWithParents, findParts, touchRoots].map((one) => callEffect(one)));
}
