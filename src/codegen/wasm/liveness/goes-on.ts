/**
 * For `ends-alone`: from each state, every actor that is at the head of a loop runs alone. If all its runs leave the loop or
 * wait within some hundred steps, it does not go round for ever. That settles nearly every state, while the search expands
 * it. What is left is for src/checker/liveness to judge after the search.
 */
import { controlLoops } from "../../../ir/control-loops.ts";
import { at } from "../../../ir/lookup.ts";
import { hasCheck } from "../../../ir/property.ts";
import { aligned, control } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  and,
  atomicLoad32,
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
  ltS,
  ltU,
  ne,
  ret,
  set,
  shl,
  store32,
  sub,
  when,
} from "../encoder/instructions.ts";
import { call, type FunctionRef, type ModuleBuilder, setGlobal } from "../encoder/module-builder.ts";
import type { AddressOf } from "../expand/expansion.ts";
import type { WorkerVariables } from "../step/instance-variables.ts";
import { locationOf } from "../step/locations-and-moves.ts";
import { enabledBit } from "../step/property-bits.ts";
import type { JudgeState } from "../step/state-checks.ts";
import { type EndlessSteps, type StepContext, stepSignature } from "../step/step-function.ts";
import { copyState } from "../store/whole-states.ts";
import { knownEnds } from "./known-ends.ts";
import { isHead, loopAt } from "./loop-table.ts";

export interface LoneRunParts {
  readonly builder: ModuleBuilder;
  readonly context: StepContext;
  readonly worker: WorkerVariables;
  readonly judge: JudgeState;
  readonly addressOf: AddressOf;
}

/** So many steps from one state. Then the run may have no end. */
const mostSteps = 500;

/**
 * A run is a stack of frames, one for each step: the place, the next choice to try there, where the end of the runs from
 * there is noted (0 if the place is no head), and the state.
 */
const frame = { choice: 4, entry: 8, state: 16 } as const;

/** `(first, last)`, if `ends-alone` is checked and there are loops: notes the level if some actor's run alone has no end in sight there. */
export function goesOnFunction(parts: LoneRunParts, plan: MemoryPlan): FunctionRef | undefined {
  const { builder, context, addressOf } = parts;
  const { endless, program, properties } = context;
  if (endless === undefined || !properties.some((one) => hasCheck(one, "ends-alone"))) return undefined;
  const heads = controlLoops(program).isHead;
  const runs = program.actors.flatMap((actor, position) =>
    heads.subarray(actor.first, actor.first + actor.count).includes(1)
      ? [{ actor, run: runFunction(parts, plan, endless, position) }]
      : [],
  );
  if (runs.length === 0) return undefined;
  const goesOn = builder.func(
    ["i32", "i32"],
    "i32",
    ([first, last], scope) => {
      const state = scope.local("i32");
      const place = scope.local("i32");
      const from = { word: (index: number) => load32(state, index * 4) };
      const ask = runs.flatMap(({ actor, run }): readonly Effect[] => [
        set(place, locationOf(actor, context, from)),
        when(isHead(plan, place), [when(call(run, "i32", state, place), [ret(first)])]),
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
  return builder.func(["i32", "i32"], undefined, ([first, last]) => [
    when(atomicLoad32(i32(0), control.goesOnFrom), [ret()]),
    // Such a step may lead to a state that the search never reaches, because it stops before.
    setGlobal(endless.unjudged, i32(1)),
    when(ltU(call(goesOn, "i32", first, last), last), [
      // The workers are in the same level.
      store32(i32(0), add(load32(i32(0), control.depth), i32(1)), control.goesOnFrom),
    ]),
    setGlobal(endless.unjudged, i32(0)),
  ]);
}

/** `(state, place) -> i32`: 0 if all runs of this actor alone, with all its choices, end. */
function runFunction(
  { builder, context, worker, judge }: LoneRunParts,
  plan: MemoryPlan,
  { finitelyOften, unjudged }: EndlessSteps,
  position: number,
): FunctionRef {
  const actor = at(context.program.actors, position);
  const known = knownEnds(context.program, context.layout, plan, worker.area, position);
  const words = plan.stride / 4;
  const frameBytes = frame.state + aligned(plan.stride, 8);
  return builder.func(["i32", "i32"], "i32", ([state, place], scope) => {
    const bottom = scope.local("i32");
    const top = scope.local("i32");
    const limit = scope.local("i32");
    const own = scope.local("i32");
    const choice = scope.local("i32");
    const there = scope.local("i32");
    const entry = scope.local("i32");
    const steps = scope.local("i32");
    const leads = scope.local("i32");
    const result = scope.local("i64");
    const failed = scope.local("i32");
    const here = add(top, i32(frame.state));
    const next = add(top, i32(frameBytes + frame.state));
    const to = { word: (index: number) => load32(top, frameBytes + frame.state + index * 4) };
    const isInLoop = eq(loopAt(plan, there), own);
    const begin = [store32(top, there), store32(top, i32(0), frame.choice), store32(top, entry, frame.entry)];
    const finish = [
      // Violations and values that left their range may have ended the runs from there, but do not end those from other
      // states with the same inputs.
      when(
        and(and(ne(load32(top, frame.entry), i32(0)), unjudged), eqz(failed)),
        known.enter(here, load32(top, frame.entry)),
      ),
    ];
    return [
      set(entry, known.entryOf(state)),
      when(known.has(state, entry), [ret(i32(0))]),
      set(bottom, add(worker.area, i32(plan.successorsIn))),
      // The places of a batch are free before it is filled and after it is inserted.
      set(limit, add(worker.area, i32(plan.movesIn - 2 * frameBytes))),
      set(top, bottom),
      set(own, loopAt(plan, place)),
      set(there, place),
      ...copyState(words, state, here),
      ...begin,
      loop((again) => [
        set(place, load32(top)),
        set(choice, load32(top, frame.choice)),
        when(geU(choice, load16(add(i32(plan.choicesAt), shl(place, i32(1))))), [
          ...finish,
          when(eq(top, bottom), [ret(i32(0))]),
          set(top, sub(top, i32(frameBytes))),
          br(again),
        ]),
        store32(top, add(choice, i32(1)), frame.choice),
        setGlobal(finitelyOften, i32(0)),
        set(result, builder.callIndirect(stepSignature.params, stepSignature.result, place, here, next, choice)),
        when(ltS(result, i64(0n)), [set(failed, i32(1))]),
        when(and(eq(result, i64(enabledBit)), eqz(finitelyOften)), [
          set(there, locationOf(actor, context, to)),
          set(leads, isInLoop),
          when(and(leads, eqz(unjudged)), [...judge(place, next, scope, () => [set(leads, i32(0))])]),
          set(entry, i32(0)),
          when(and(leads, isHead(plan, there)), [
            set(entry, known.entryOf(next)),
            when(known.has(next, entry), [set(leads, i32(0))]),
          ]),
          when(leads, [
            increase(steps, i32(1)),
            when(gtU(steps, i32(mostSteps)), [ret(i32(1))]),
            when(geU(top, limit), [ret(i32(1))]),
            increase(top, i32(frameBytes)),
            ...begin,
          ]),
        ]),
        br(again),
      ]),
      i32(0),
    ];
  });
}
