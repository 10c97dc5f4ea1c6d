/**
 * How a worker takes blocks for the states of the next level. States are kept for two levels, the one that is expanded
 * and the next. So a block belongs to one level only, and is free again when that level is done
 * (src/checker/stores/recycled-blocks.ts).
 */
import { blockSize, control } from "../../../memory/memory-map.ts";
import type { MemoryPlan, TwoLevelName } from "../../../memory/memory-plan.ts";
import { add, atomicAdd32, eq, i32, leS, load32, set, shl, sub, unreachable, when } from "../encoder/instructions.ts";
import { callEffect, type FunctionRef, type ModuleBuilder, setGlobal } from "../encoder/module-builder.ts";
import type { BlockVariables } from "./block-variables.ts";
import { closeSegmentFunction } from "./close-segment.ts";

export interface RecycledBlocks {
  /** Makes `own.next` an index at which a state can be written. */
  readonly needIndex: ReturnType<typeof when>;
  readonly closeSegment: FunctionRef;
}

export function recycledBlocks(
  builder: ModuleBuilder,
  plan: MemoryPlan<TwoLevelName>,
  own: BlockVariables,
): RecycledBlocks {
  // The rest of the block stays unused, because a block must belong to one level.
  const nothingLeft = [own.open, own.next, own.end].map((variable) => setGlobal(variable, i32(0)));
  const closeSegment = closeSegmentFunction(builder, plan, own, nothingLeft);
  const takeBlock = builder.func([], undefined, (_, scope) => {
    const free = scope.local("i32");
    const first = scope.local("i32");
    return [
      callEffect(closeSegment),
      set(free, atomicAdd32(i32(0), i32(-1), control.freeBlocks)),
      // The pause threshold leaves room for all that the workers may still insert. This check is only the last defence.
      when(leS(free, i32(0)), [unreachable]),
      // What the stack holds, and why: src/checker/stores/recycled-blocks.ts.
      set(first, add(load32(add(i32(plan.store.freeAt - 4), shl(free, i32(2)))), sub(i32(plan.store.blocks), free))),
      set(first, shl(first, i32(Math.log2(blockSize)))),
      setGlobal(own.next, first),
      setGlobal(own.open, first),
      setGlobal(own.end, add(first, i32(blockSize))),
    ];
  });
  return { closeSegment, needIndex: when(eq(own.next, own.end), [callEffect(takeBlock)]) };
}
