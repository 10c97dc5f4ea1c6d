/**
 * Gives a table of roots other keys or other cells. All roots leave it as pairs, which are the same with all keys, and are
 * entered again (src/checker/stores/root-reshaping.ts).
 */
import { blockSize, probeBytes } from "../../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { add, eq, forEach, i32, increase, load64, or, set, shl, store64, xor } from "../../encoder/instructions.ts";
import { call, setGlobal } from "../../encoder/module-builder.ts";
import type { Names } from "../exported-functions.ts";
import type { StoreParts } from "../store-code.ts";
import { gathered, spread } from "./root-cell.ts";
import { keyOfPair, pairOf } from "./root-key.ts";
import { claimed, type UsedCells } from "./root-table.ts";
import type { Roots } from "./roots.ts";

/** Pairs are in the worker's area, in place of the probes. */
export interface ReshapeFunctions {
  /** Puts the pairs of the roots at these slots there, and gives how many there are. */
  readonly pairsAt: (slot: number, endSlot: number) => number;
  /** Enters so many pairs from there. Returns another number than 0 if there is no place for one. */
  readonly enterPairs: (count: number) => number;
}

export const reshapeFunctionNames: Names<ReshapeFunctions> = { pairsAt: true, enterPairs: true };

/** There is room for so many pairs, because a batch has at least so many probes. */
export const pairsAtOnce = blockSize;

export function reshapeFunctions(
  plan: MemoryPlan<"tree">,
  { shape, touch, claim }: Roots,
  usedCells: UsedCells,
  { builder, worker, own }: StoreParts,
): void {
  const pairs = add(worker.area, i32(plan.probesIn));
  builder.func(
    ["i32", "i32"],
    "i32",
    ([slot, end], scope) => {
      const count = scope.local("i32");
      const key = scope.local("i64");
      return [
        usedCells(scope, slot, end, (spreadKey) => [
          set(key, spreadKey),
          ...gathered(key, shape),
          store64(add(pairs, shl(count, i32(Math.log2(probeBytes)))), pairOf(shape, key)),
          increase(count, i32(1)),
        ]),
        count,
      ];
    },
    "pairsAt",
  );
  builder.func(
    ["i32"],
    "i32",
    ([count], scope) => {
      const [at, end, sink, lost] = [scope.local("i32"), scope.local("i32"), scope.local("i32"), scope.local("i32")];
      const key = scope.local("i64");
      return [
        set(at, pairs),
        set(end, add(pairs, shl(count, i32(Math.log2(probeBytes))))),
        // As in batch-roots.ts, the waits for the table overlap.
        forEach(at, end, probeBytes, [
          set(key, keyOfPair(shape, load64(at))),
          ...spread(key, shape),
          store64(at, key),
          set(sink, xor(sink, touch(key))),
        ]),
        setGlobal(own.sink, sink),
        set(at, pairs),
        forEach(at, end, probeBytes, [set(lost, or(lost, eq(call(claim, "i32", load64(at)), i32(claimed.full))))]),
        lost,
      ];
    },
    "enterPairs",
  );
}
