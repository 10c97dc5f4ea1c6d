/** The loops over the successors of a batch. Each has a probe (the state of its insertion) and a move. */

import { control, probeBytes } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  atomicAdd32,
  block,
  br,
  drop,
  type Effect,
  forEach,
  i32,
  increase,
  type Label,
  type Local,
  load32,
  set,
  shl,
  type Value,
  when,
} from "../encoder/instructions.ts";
import { callEffect, type FunctionRef, type FunctionScope } from "../encoder/module-builder.ts";
import type { WorkerVariables } from "../step/instance-variables.ts";
import type { JudgeState } from "../step/state-checks.ts";

/** The position of a loop: the addresses of the form of a successor that is stored, and of its probe. */
export interface BatchPlace {
  readonly state: Local<"i32">;
  readonly probe: Local<"i32">;
}

export function forEachSuccessor(
  plan: MemoryPlan,
  worker: WorkerVariables,
  scope: FunctionScope,
  body: (place: BatchPlace) => readonly Effect[],
): readonly Effect[] {
  const state = scope.local("i32");
  return [
    set(state, add(worker.area, i32(plan.canonicalIn))),
    ...forEachProbe(plan, worker, scope, (probe) => [...body({ state, probe }), increase(state, i32(plan.stride))]),
  ];
}

export function forEachProbe(
  plan: MemoryPlan,
  worker: WorkerVariables,
  scope: FunctionScope,
  body: (probe: Local<"i32">) => readonly Effect[],
): readonly Effect[] {
  const [probe, end] = [scope.local("i32"), scope.local("i32")];
  return [
    set(probe, add(worker.area, i32(plan.probesIn))),
    set(end, add(probe, shl(worker.batchCount, i32(3)))),
    forEach(probe, end, probeBytes, body(probe)),
  ];
}

/** A successor that is being inserted. */
export interface Insertion extends BatchPlace {
  /** The address of its move, a parent and a packed move. */
  readonly moves: Local<"i32">;
  /** Continues with the next successor. */
  readonly done: Label;
  /**
   * On the first call for a new successor: runs the state checks, and skips the successor if it violates a property.
   */
  readonly judgeOnce: (then: readonly Effect[]) => Effect;
  /** Counts a successor that was stored. */
  readonly countIt: Effect;
}

/** Inserts one successor after the other, and counts how many are new. */
export function insertSuccessors(
  plan: MemoryPlan,
  worker: WorkerVariables,
  scope: FunctionScope,
  { record, judge, canonical }: { record: FunctionRef; judge: JudgeState; canonical: FunctionRef | undefined },
  insert: (insertion: Insertion) => readonly Effect[],
): readonly Effect[] {
  const moves = scope.local("i32");
  const fresh = scope.local("i32");
  const added = scope.local("i32");
  // The step's effects are known for the successor itself, but not for its stored form.
  const apart = canonical === undefined ? undefined : scope.local("i32");
  return [
    ...(apart === undefined ? [] : [set(apart, add(worker.area, i32(plan.successorsIn)))]),
    set(moves, add(worker.area, i32(plan.movesIn))),
    ...forEachSuccessor(plan, worker, scope, ({ state, probe }) => {
      const raw: Value<"i32"> = apart ?? state;
      const insertion = (done: Label): Insertion => ({
        state,
        probe,
        moves,
        done,
        judgeOnce: (then) =>
          when(fresh, [
            ...judge(load32(moves, 4), raw, scope, (violations) => [
              callEffect(record, load32(moves), load32(moves, 4), violations, raw),
              br(done),
            ]),
            ...then,
            set(fresh, i32(0)),
          ]),
        countIt: increase(added, i32(1)),
      });
      return [
        block((done) => [set(fresh, i32(1)), ...insert(insertion(done))]),
        ...(apart === undefined ? [] : [increase(apart, i32(plan.stride))]),
        increase(moves, i32(8)),
      ];
    }),
    when(added, [drop(atomicAdd32(i32(0), added, control.states))]),
  ];
}
