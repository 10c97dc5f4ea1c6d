/**
 * The partial-order reduction: what may be taken alone is taken at once, and only the state behind it is stored. Which
 * steps these are stands in tables (src/codegen/lone-steps.ts) that are looked up by the places of the actors.
 */
import type { LoneSteps } from "../lone-steps.ts";
import type { WorkerVariables } from "./expansion.ts";
import {
  add,
  and,
  br,
  type Effect,
  eqz,
  i32,
  i64,
  type Local,
  load8,
  load32,
  loop,
  ne,
  or,
  ret,
  set,
  shl,
  type Value,
  when,
} from "./instructions.ts";
import type { MemoryPlan } from "./memory-map.ts";
import { callEffect, type FunctionRef } from "./module-builder.ts";
import { countTransition, placeOf } from "./places.ts";
import { enabledBit } from "./property-bits.ts";
import type { JudgeState } from "./state-checks.ts";
import { type StepContext, stepSignature } from "./step-function.ts";
import { copyState } from "./whole-states.ts";

/** What `fuse` gives where a step on the way violated something, so that nothing is to be stored. */
export const violatedOnTheWay = -1;

/** Bytes of the tables: by location the address of a row or 0, then the rows. */
export function loneBytesOf({ rowOf, rows }: LoneSteps): number {
  return (4 + rows.length) * rowOf.length;
}

export function fillLoneTables(memory: WebAssembly.Memory, loneAt: number, { rowOf, rows }: LoneSteps): void {
  const locations = rowOf.length;
  const rowsAt = loneAt + 4 * locations;
  const addresses = new Uint32Array(memory.buffer, loneAt, locations);
  for (const [location, row] of rowOf.entries()) addresses[location] = row === 0 ? 0 : rowsAt + (row - 1) * locations;
  for (const [position, row] of rows.entries()) new Uint8Array(memory.buffer, rowsAt + position * locations).set(row);
}

/**
 * `fuse(parent, move, state) -> move`: `move` led from `parent` to `state`, which is replaced by the state behind all
 * steps that may be taken alone; the place behind it is overwritten. Gives the last move. Each state on the way is judged
 * as if it was stored.
 */
export function fuseFunction(
  context: StepContext,
  plan: MemoryPlan,
  loneAt: number,
  worker: WorkerVariables,
  judge: JudgeState,
  record: FunctionRef,
): FunctionRef {
  const { program, builder } = context;
  return builder.func(["i32", "i32", "i32"], "i32", ([parent, move, state], scope) => {
    const next = scope.local("i32");
    const row = scope.local("i32");
    const result = scope.local("i64");
    const places = program.actors.map(() => scope.local("i32"));
    const from = { word: (index: number) => load32(state, index * 4) };
    const arriveAt = (place: Local<"i32">, actor: number): readonly Effect[] => {
      const moved = program.actors[actor];
      return moved === undefined ? [] : [set(place, placeOf(moved, context, from))];
    };
    const violated = (by: Value<"i32">, mask: Value<"i64">, successor: Value<"i32">): readonly Effect[] => [
      callEffect(record, parent, by, mask, successor),
      ret(i32(violatedOnTheWay)),
    ];

    const takeAlone = (again: Parameters<typeof br>[0]): readonly Effect[] =>
      places.flatMap((place, actor): readonly Effect[] => {
        const conflicts = places
          .filter((other) => other !== place)
          .map((other) => load8(add(row, other)))
          .reduce<Value<"i32">>((a, b) => or(a, b), i32(0));
        const take: readonly Effect[] = [
          ...judge(move, state, scope, (mask) => violated(move, mask, state)),
          countTransition(place, worker),
          when(ne(result, i64(enabledBit)), violated(place, and(result, i64(~enabledBit)), next)),
          ...copyState(plan.stride / 4, next, state),
          set(move, place),
          ...arriveAt(place, actor),
          br(again),
        ];
        const step = builder.callIndirect(stepSignature.params, stepSignature.result, place, state, next, i32(0));
        return [
          set(row, load32(add(i32(loneAt), shl(place, i32(2))))),
          when(row, [when(eqz(conflicts), [set(result, step), when(ne(result, i64(0n)), take)])]),
        ];
      });
    return [
      set(next, add(state, i32(plan.stride))),
      ...places.flatMap(arriveAt),
      loop((again) => takeAlone(again)),
      move,
    ];
  });
}
