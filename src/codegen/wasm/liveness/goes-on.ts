/**
 * For `ends-alone`: from each stored state, every actor that is at the head of a loop runs alone. If all its runs leave
 * the loop, wait or violate a property within some hundred steps, it does not go round for ever. That settles nearly
 * every state. What is left is for src/checker/liveness to judge.
 */

import { at } from "../../../ir/lookup.ts";
import type { Actor } from "../../../ir/program.ts";
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
  geU,
  gtU,
  i32,
  i64,
  increase,
  load16,
  load32,
  loop,
  ret,
  set,
  shl,
  shrU,
  store32,
  sub,
  type Value,
  when,
} from "../encoder/instructions.ts";
import { call, type FunctionRef, type Global, type ModuleBuilder, setGlobal } from "../encoder/module-builder.ts";
import type { AddressOf } from "../expand/expansion.ts";
import type { WorkerVariables } from "../step/instance-variables.ts";
import { locationOf } from "../step/locations-and-moves.ts";
import { enabledBit } from "../step/property-bits.ts";
import type { JudgeState } from "../step/state-checks.ts";
import { type StepContext, stepSignature } from "../step/step-function.ts";
import { copyState } from "../store/whole-states.ts";

export interface LoneRunParts {
  readonly builder: ModuleBuilder;
  readonly context: StepContext;
  readonly worker: WorkerVariables;
  readonly judge: JudgeState;
  readonly addressOf: AddressOf;
}

/** So many steps from one state. Then the run may have no end. */
const mostSteps = 500;

/** A run is a stack of frames, one for each step: the place, the next choice to try there, and the state. */
const frameHead = 8;

/**
 * Exports `goesOn(first, last) -> next`: the first state from `first` on from which some actor's run alone has no end
 * in sight; `last` if there is none.
 */
export function goesOnFunction(parts: LoneRunParts, plan: MemoryPlan, finitelyOften: Global<"i32">): void {
  const { builder, context, addressOf } = parts;
  const { actors } = context.program;
  const runs = actors.map((actor) => runFunction(parts, plan, actor, finitelyOften));
  builder.func(
    ["i32", "i32"],
    "i32",
    ([first, last], scope) => {
      const state = scope.local("i32");
      const place = scope.local("i32");
      const from = { word: (index: number) => load32(state, index * 4) };
      const ask = actors.flatMap((actor, position): readonly Effect[] => [
        set(place, locationOf(actor, context, from)),
        when(and(loopAt(plan, place), i32(1)), [when(call(at(runs, position), "i32", state, place), [ret(first)])]),
      ]);
      return [
        block((end) => [
          loop((again) => [
            brIf(end, geU(first, last)),
            set(state, addressOf(first)),
            ...ask,
            increase(first, i32(1)),
            br(again),
          ]),
        ]),
        first,
      ];
    },
    "goesOn",
  );
}

/** Twice the number of the location's loop, and one more at a head. */
function loopAt({ loopsAt }: MemoryPlan, place: Value<"i32">): Value<"i32"> {
  return load16(add(i32(loopsAt), shl(place, i32(1))));
}

/** `(state, place) -> i32`: 0 if all runs of this actor alone, with all its choices, end. */
function runFunction(
  { builder, context, worker, judge }: LoneRunParts,
  plan: MemoryPlan,
  actor: Actor,
  finitelyOften: Global<"i32">,
): FunctionRef {
  const words = plan.stride / 4;
  const frame = frameHead + plan.stride;
  return builder.func(["i32", "i32"], "i32", ([state, place], scope) => {
    const bottom = scope.local("i32");
    const top = scope.local("i32");
    const limit = scope.local("i32");
    const own = scope.local("i32");
    const choice = scope.local("i32");
    const there = scope.local("i32");
    const steps = scope.local("i32");
    const violates = scope.local("i32");
    const result = scope.local("i64");
    const next = add(top, i32(frame));
    const to = { word: (index: number) => load32(top, frame + frameHead + index * 4) };
    const isInLoop = eq(shrU(loopAt(plan, there), i32(1)), own);
    return [
      set(bottom, add(worker.area, i32(plan.successorsIn))),
      // The areas of batches are free after the search.
      set(limit, add(worker.area, i32(plan.movesIn - 2 * frame))),
      set(top, bottom),
      set(own, shrU(loopAt(plan, place), i32(1))),
      ...copyState(words, state, add(top, i32(frameHead))),
      store32(top, place),
      store32(top, i32(0), 4),
      loop((again) => [
        set(place, load32(top)),
        set(choice, load32(top, 4)),
        when(geU(choice, load16(add(i32(plan.choicesAt), shl(place, i32(1))))), [
          when(eq(top, bottom), [ret(i32(0))]),
          set(top, sub(top, i32(frame))),
          br(again),
        ]),
        store32(top, add(choice, i32(1)), 4),
        setGlobal(finitelyOften, i32(0)),
        set(
          result,
          builder.callIndirect(
            stepSignature.params,
            stepSignature.result,
            place,
            add(top, i32(frameHead)),
            add(next, i32(frameHead)),
            choice,
          ),
        ),
        when(and(eq(result, i64(enabledBit)), eqz(finitelyOften)), [
          set(there, locationOf(actor, context, to)),
          when(isInLoop, [
            set(violates, i32(0)),
            ...judge(place, add(next, i32(frameHead)), scope, () => [set(violates, i32(1))]),
            when(eqz(violates), [
              increase(steps, i32(1)),
              when(gtU(steps, i32(mostSteps)), [ret(i32(1))]),
              when(geU(top, limit), [ret(i32(1))]),
              increase(top, i32(frame)),
              store32(top, there),
              store32(top, i32(0), 4),
            ]),
          ]),
        ]),
        br(again),
      ]),
      i32(0),
    ];
  });
}
