/** Ends a worker's segment: a row of states of one level in one block. */
import { control, segmentBytes } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  atomicAdd32,
  type Effect,
  eq,
  geU,
  i32,
  load32,
  mul,
  ret,
  set,
  store32,
  unreachable,
  when,
} from "../encoder/instructions.ts";
import type { FunctionRef, ModuleBuilder } from "../encoder/module-builder.ts";
import type { BlockVariables } from "./block-variables.ts";

/** Records the states that a worker stored since the last call as a segment of the next level, and then runs `goOn`. */
export function closeSegmentFunction(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  own: BlockVariables,
  goOn: readonly Effect[],
): FunctionRef {
  return builder.func(
    [],
    undefined,
    (_, scope) => {
      const at = scope.local("i32");
      return [
        when(eq(own.open, own.next), [ret()]),
        set(at, atomicAdd32(i32(0), i32(1), control.segments)),
        when(geU(at, i32(plan.maxSegments)), [unreachable]),
        set(at, add(i32(plan.segmentsAt), mul(at, i32(segmentBytes)))),
        store32(at, own.open),
        store32(at, own.next, 4),
        // States found while a level is expanded belong to the next one.
        store32(at, add(load32(i32(0), control.depth), i32(1)), 8),
        ...goOn,
      ];
    },
    "closeSegment",
  );
}
