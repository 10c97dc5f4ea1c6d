/** Takes parents one by one and writes their successors into the worker's batch. */

import { batchParents, batchSuccessors, control, violationHead } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  and,
  block,
  br,
  brIf,
  type Effect,
  eq,
  eqz,
  geS,
  geU,
  i32,
  i64,
  increase,
  load16,
  load32,
  load64,
  loop,
  ltU,
  ne,
  or,
  ret,
  set,
  shl,
  shrU,
  store32,
  store64,
  sub,
  type Value,
  when,
} from "../encoder/instructions.ts";
import { callEffect, type FunctionRef, type ModuleBuilder, setGlobal } from "../encoder/module-builder.ts";
import type { WorkerVariables } from "../step/instance-variables.ts";
import { countTransition, locationOf, moveOf } from "../step/locations-and-moves.ts";
import { enabledBit, propertyBit } from "../step/property-bits.ts";
import type { JudgeState } from "../step/state-checks.ts";
import { type StepContext, stepSignature } from "../step/step-function.ts";
import { noteEnd } from "./noted-successors.ts";
import { sleepersOf } from "./sleeping-actors.ts";

/** The address at which the code can read the stored state with this index. */
export type AddressOf = (index: Value<"i32">) => Value<"i32">;

export interface Expansion {
  /** `(first, last) -> next`: expands parents into the batch until it is full. */
  readonly expand: FunctionRef;
  /** `(parent, move, mask, successor)`: records a violation that is not yet known. */
  readonly record: FunctionRef;
}

export function expansion(
  context: StepContext,
  plan: MemoryPlan,
  worker: WorkerVariables,
  judge: JudgeState,
  addressOf: AddressOf,
): Expansion {
  const record = recordFunction(context.builder, plan, worker, judge);
  return { record, expand: expandFunction(context, plan, worker, record, addressOf) };
}

function expandFunction(
  context: StepContext,
  plan: MemoryPlan,
  worker: WorkerVariables,
  record: FunctionRef,
  addressOf: AddressOf,
): FunctionRef {
  const { program, properties, builder } = context;
  const deadlock = properties.reduce(
    (mask, { checks }, i) => (checks.some(({ kind }) => kind === "deadlock") ? mask | propertyBit(i) : mask),
    0n,
  );

  return builder.func(["i32", "i32"], "i32", ([parent, last], scope) => {
    const source = scope.local("i32");
    const successor = scope.local("i32");
    const move = scope.local("i32");
    const place = scope.local("i32");
    const choice = scope.local("i32");
    const choices = scope.local("i32");
    const enabled = scope.local("i32");
    const full = scope.local("i32");
    const parentsEnd = scope.local("i32");
    const violationsFull = scope.local("i32");
    const result = scope.local("i64");
    const moved = scope.local("i32");
    const from = { word: (index: number) => load32(source, index * 4) };
    const sleepers = sleepersOf(plan, worker, scope);

    const keep: readonly Effect[] = [
      store32(move, parent),
      store32(move, moveOf(place, choice), 4),
      increase(move, i32(8)),
      increase(successor, i32(plan.stride)),
      ...(sleepers?.keep ?? []),
    ];
    const takeStep = set(
      result,
      builder.callIndirect(stepSignature.params, stepSignature.result, place, source, successor, choice),
    );
    const takeAll = (leadOn: readonly Effect[]): Effect =>
      block((done) => [
        loop((again) => [
          brIf(done, geU(choice, choices)),
          takeStep,
          when(ne(result, i64(0n)), [
            set(moved, i32(1)),
            countTransition(place, worker),
            when(eq(result, i64(enabledBit)), leadOn, [
              callEffect(record, parent, moveOf(place, choice), and(result, i64(~enabledBit)), successor),
            ]),
          ]),
          increase(choice, i32(1)),
          br(again),
        ]),
      ]);
    const takeUnlessAsleep = (number: number): readonly Effect[] => {
      const sleeps = sleepers?.sleeps(number);
      if (sleepers === undefined || sleeps === undefined) return [takeAll(keep)];
      const leaveOut = sleepers.leaveOut(moveOf(place, choice));
      // If it has only one move, that move is as possible as it was before.
      const leaveOutOnly = [set(moved, i32(1)), countTransition(place, worker), leaveOut];
      return [when(sleeps, [when(eq(choices, i32(1)), leaveOutOnly, [takeAll([leaveOut])])], [takeAll(keep)])];
    };
    const takeActors = program.actors.flatMap((actor, number): readonly Effect[] => [
      set(place, locationOf(actor, context, from)),
      set(choices, load16(add(i32(plan.choicesAt), shl(place, i32(1))))),
      set(choice, i32(0)),
      set(moved, i32(0)),
      ...(sleepers?.beforeActor(number, place) ?? []),
      ...takeUnlessAsleep(number),
      set(enabled, or(enabled, moved)),
      ...(sleepers?.afterActor(number, moved) ?? []),
    ]);
    const wake = sleepers?.end(move, (atPlace, itsChoice) => [
      set(place, atPlace),
      set(choice, itsChoice),
      takeStep,
      when(eq(result, i64(enabledBit)), keep),
    ]);
    const allFinished = program.actors
      .map((actor) => eq(locationOf(actor, context, from), i32(actor.final)))
      .reduce<Value<"i32">>((a, b) => and(a, b), i32(1));
    // A deadlock that is not checked does not count as an end of a path: no actor can finish from there.
    const deadlocked = deadlock === 0n ? [] : [callEffect(record, parent, i32(-1), i64(deadlock), source)];
    const finished = noteEnd(plan, parent);
    const stuck =
      deadlocked.length + finished.length === 0 ? [] : [when(eqz(enabled), [when(allFinished, finished, deadlocked)])];

    return [
      set(successor, add(worker.area, i32(plan.successorsIn))),
      set(move, add(worker.area, i32(plan.movesIn))),
      set(full, add(successor, i32(batchSuccessors * plan.stride))),
      set(violationsFull, add(worker.area, i32(plan.violationsIn + batchSuccessors * (violationHead + plan.stride)))),
      set(parentsEnd, add(parent, i32(batchParents))),
      when(ltU(last, parentsEnd), [set(parentsEnd, last)]),
      block((end) => [
        loop((again) => [
          brIf(end, geU(parent, parentsEnd)),
          brIf(end, geU(successor, full)),
          brIf(end, geU(worker.violationEnd, violationsFull)),
          set(source, addressOf(parent)),
          set(enabled, i32(0)),
          ...(sleepers?.begin(parent, move) ?? []),
          ...takeActors,
          ...(wake === undefined ? [] : [wake]),
          ...stuck,
          increase(parent, i32(1)),
          br(again),
        ]),
      ]),
      setGlobal(worker.batchCount, shrU(sub(move, add(worker.area, i32(plan.movesIn))), i32(3))),
      parent,
    ];
  });
}

/**
 * A violating successor is also tested by the state checks, so that each property's shortest violation is found even if
 * the same move violates another property.
 */
function recordFunction(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  { violationEnd }: WorkerVariables,
  judge: JudgeState,
): FunctionRef {
  return builder.func(["i32", "i32", "i64", "i32"], undefined, ([parent, move, mask, successor], scope) => {
    const copy = Array.from({ length: plan.stride / 4 }, (_, i) =>
      store32(violationEnd, load32(successor, i * 4), violationHead + i * 4),
    );
    const isState = and(ne(move, i32(-1)), geS(mask, i64(0n)));
    return [
      ...noteEnd(plan, parent),
      when(
        isState,
        judge(move, successor, scope, (found) => [set(mask, or(mask, found))]),
      ),
      when(eqz(and(mask, load64(i32(0), control.newViolations))), [ret()]),
      store32(violationEnd, parent),
      store32(violationEnd, move, 4),
      store64(violationEnd, mask, 8),
      ...copy,
      setGlobal(violationEnd, add(violationEnd, i32(violationHead + plan.stride))),
    ];
  });
}
