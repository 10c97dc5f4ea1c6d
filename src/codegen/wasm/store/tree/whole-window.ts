/**
 * Memory has only the numbers of the parts of each state. Before states of a segment are expanded, they are put together
 * in the worker's area.
 */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  forEach,
  i32,
  increase,
  load32,
  mul,
  or,
  set,
  store32,
  sub,
  type Value,
} from "../../encoder/instructions.ts";
import { type ModuleBuilder, setGlobal } from "../../encoder/module-builder.ts";
import type { Names } from "../exported-functions.ts";
import { partAddress, type Side } from "./part-table.ts";
import { pairAddress } from "./root-key.ts";

type I32 = Value<"i32">;

export interface WholeWindow {
  /** The address of one of the states that are being expanded. */
  readonly addressOf: (index: I32) => I32;
  /** Makes the functions. */
  readonly functions: (area: I32, sides: readonly Side[]) => void;
}

export interface WindowFunctions {
  /** Puts these states together, at most a block, until the next call. */
  readonly reach: (first: number, end: number) => void;
}

export const windowFunctions: Names<WindowFunctions> = { reach: true };

export function wholeWindow(builder: ModuleBuilder, plan: MemoryPlan<"tree">): WholeWindow {
  /** The address that the state with index 0 would have. */
  const base = builder.variable();
  const addressOf = (index: I32): I32 => add(base, mul(index, i32(plan.stride)));
  return {
    addressOf,
    functions(area, sides) {
      builder.func(
        ["i32", "i32"],
        undefined,
        ([index, end], scope) => {
          const state = scope.local("i32");
          const parts = sides.map((side) => ({ side, at: scope.local("i32") }));
          const words = Array.from({ length: plan.stride / 4 }, (_, word) =>
            parts.flatMap(({ side, at }) => {
              const offset = side.part.offsetOf(word);
              return offset === undefined ? [] : [load32(at, offset)];
            }),
          );
          return [
            set(state, add(area, i32(plan.store.windowIn))),
            setGlobal(base, sub(state, mul(index, i32(plan.stride)))),
            forEach(index, end, 1, [
              ...parts.map(({ side, at }) => set(at, partAddress(side, load32(pairAddress(plan, index), side.offset)))),
              ...words.map((pieces, word) =>
                store32(
                  state,
                  pieces.reduce((all, piece) => or(all, piece)),
                  word * 4,
                ),
              ),
              increase(state, i32(plan.stride)),
            ]),
          ];
        },
        "reach",
      );
    },
  };
}
