/** Random walks: from the initial state, one of the enabled moves after the other. */
import type { Layout } from "../../ir/layout.ts";
import type { Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import { control } from "../../memory/memory-map.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import { beginModule, type GeneratedModule, type ModuleParts } from "./checker-module.ts";
import {
  add,
  and,
  block,
  br,
  brIf,
  drop,
  type Effect,
  eqz,
  extendU,
  geU,
  i32,
  i64,
  increase,
  type Local,
  load32,
  load64,
  loop,
  mul,
  ne,
  set,
  shl,
  shrU,
  store32,
  store64,
  sub,
  when,
  wrap,
  xor,
} from "./encoder/instructions.ts";
import { call, callEffect, setGlobal } from "./encoder/module-builder.ts";
import { copyState, stateAddress } from "./store/whole-states.ts";

/**
 * A module that exports `walk(limit) -> steps`. It begins at the state with index 0, and writes the moves that it took to
 * the place at which a search has its table. The walk ends after `limit` steps, if nothing can move, if every move
 * violates a property, or if the last state or one of its moves violates something new (`violationsEnd()` returns the end
 * of these records, as for the search). A move into a violation is never taken.
 */
export function walkerModule(
  program: Program,
  properties: readonly Property[],
  layout: Layout,
  plan: MemoryPlan,
): GeneratedModule {
  const parts = beginModule(program, properties, layout, plan);
  parts.builder.func([], "i32", () => [parts.worker.violationEnd], "violationsEnd");
  walkFunction(parts, plan);
  return { bytes: parts.builder.finish(plan.pages), groupOf: parts.judges.groupOf };
}

function walkFunction({ builder, worker, judge, expanding: { expand, record } }: ModuleParts, plan: MemoryPlan): void {
  const words = plan.stride / 4;
  const start = add(worker.area, i32(plan.violationsIn));
  const successors = add(worker.area, i32(plan.successorsIn));
  const moves = add(worker.area, i32(plan.movesIn));

  builder.func(
    ["i32"],
    "i32",
    ([limit], scope) => {
      const random = scope.local("i64");
      const steps = scope.local("i32");
      const now = scope.local("i32");
      const chosen = scope.local("i32");
      const state = scope.local("i32");
      const move = scope.local("i32");
      const last = scope.local("i32");
      const violates = scope.local("i32");
      const choose: readonly Effect[] = [
        ...nextRandom(random),
        set(chosen, wrap(shrU(mul(shrU(random, i64(32n)), extendU(worker.batchCount)), i64(32n)))),
        set(state, add(successors, mul(chosen, i32(plan.stride)))),
        set(move, add(moves, shl(chosen, i32(3)))),
      ];
      /** The last move of the batch replaces the chosen one. */
      const leaveOut: readonly Effect[] = [
        setGlobal(worker.batchCount, sub(worker.batchCount, i32(1))),
        set(last, add(successors, mul(worker.batchCount, i32(plan.stride)))),
        ...copyState(words, last, state),
        store64(move, load64(add(moves, shl(worker.batchCount, i32(3))))),
      ];
      return [
        setGlobal(worker.violationEnd, start),
        set(random, load64(i32(0), control.random)),
        block((end) => [
          loop((nextStep) => [
            brIf(end, geU(steps, limit)),
            drop(call(expand, "i32", now, add(now, i32(1)))),
            brIf(end, ne(worker.violationEnd, start)),
            loop((again) => [
              brIf(end, eqz(worker.batchCount)),
              ...choose,
              set(violates, i32(0)),
              ...judge(load32(move, 4), state, scope, (violations) => [
                callEffect(record, load32(move), load32(move, 4), violations, state),
                set(violates, i32(1)),
              ]),
              when(violates, [brIf(end, ne(worker.violationEnd, start)), ...leaveOut, br(again)]),
            ]),
            // Two places alternate, because a state is still needed while its successors are written.
            set(now, add(i32(1), and(steps, i32(1)))),
            ...copyStateInto(plan, state, now),
            store32(add(i32(plan.tableAt), shl(steps, i32(2))), load32(move, 4)),
            increase(steps, i32(1)),
            br(nextStep),
          ]),
        ]),
        store64(i32(0), random, control.random),
        steps,
      ];
    },
    "walk",
  );
}

function copyStateInto(plan: MemoryPlan, from: Local<"i32">, index: Local<"i32">): readonly Effect[] {
  return copyState(plan.stride / 4, from, stateAddress(plan, index));
}

/** Marsaglia's xorshift with 64 bits. Its state must never be 0. */
function nextRandom(random: Local<"i64">): readonly Effect[] {
  return [
    set(random, xor(random, shl(random, i64(13n)))),
    set(random, xor(random, shrU(random, i64(7n)))),
    set(random, xor(random, shl(random, i64(17n)))),
  ];
}
