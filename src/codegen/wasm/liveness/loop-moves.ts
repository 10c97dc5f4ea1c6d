/**
 * For `ends-together`: the moves that a fair loop can take, found again after the search. They stay in a loop of control
 * flow, take no alternative that no run takes for ever, and violate nothing.
 */
import { hasCheck } from "../../../ir/property.ts";
import { batchParents, batchSuccessors } from "../../../memory/memory-map.ts";
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
  i32,
  i64,
  increase,
  type Local,
  load16,
  load32,
  loop,
  ltU,
  ne,
  or,
  set,
  shl,
  shrU,
  store32,
  sub,
  type Value,
  when,
} from "../encoder/instructions.ts";
import { call, callEffect, type FunctionRef, type FunctionScope, setGlobal } from "../encoder/module-builder.ts";
import { locationOf, moveOf } from "../step/locations-and-moves.ts";
import { enabledBit } from "../step/property-bits.ts";
import { type EndlessSteps, stepSignature } from "../step/step-function.ts";
import type { LoneRunParts } from "./goes-on.ts";
import { loopAt, mayLast } from "./loop-table.ts";

type Parts = Omit<LoneRunParts, "judge">;

/**
 * Exports `loopMoves(first, last) -> next`: writes the moves of these states and where they lead into the batch, as
 * `successors` does. Leaves out states in which an actor is at a location that it can always leave, because they are on no
 * fair loop. Exports `enabledAt(index)`: the actors that can move in a state, as a mask.
 */
export function loopMovesFunctions(
  parts: Parts,
  plan: MemoryPlan,
  { lookUp, askAbout }: { readonly lookUp: FunctionRef; readonly askAbout: (expand: FunctionRef) => FunctionRef },
): void {
  const { endless, properties } = parts.context;
  if (endless === undefined || !properties.some((one) => hasCheck(one, "ends-together"))) return;
  const expand = askAbout(expandFunction(parts, plan, endless));
  parts.builder.func(
    ["i32", "i32"],
    "i32",
    ([first, last], scope) => {
      const next = scope.local("i32");
      return [set(next, call(expand, "i32", first, last)), callEffect(lookUp, first, next), next];
    },
    "loopMoves",
  );
  enabledFunction(parts, plan);
}

/** The code of an actor's move, with choices in order. */
interface Mover {
  readonly place: Local<"i32">;
  readonly choice: Local<"i32">;
  /** Takes a step with each choice, and then does this. `result`: what the step gave. */
  readonly withEachChoice: (
    from: Value<"i32">,
    to: Value<"i32">,
    then: (result: Value<"i64">) => readonly Effect[],
  ) => Effect;
}

function mover({ builder }: Parts, plan: MemoryPlan, scope: FunctionScope): Mover {
  const place = scope.local("i32");
  const choice = scope.local("i32");
  const choices = scope.local("i32");
  const result = scope.local("i64");
  return {
    place,
    choice,
    withEachChoice: (from, to, then) =>
      block((done) => [
        set(choice, i32(0)),
        set(choices, load16(add(i32(plan.choicesAt), shl(place, i32(1))))),
        loop((again) => [
          brIf(done, geU(choice, choices)),
          set(result, builder.callIndirect(stepSignature.params, stepSignature.result, place, from, to, choice)),
          ...then(result),
          increase(choice, i32(1)),
          br(again),
        ]),
      ]),
  };
}

/** `(first, last) -> next`. */
function expandFunction(parts: Parts, plan: MemoryPlan, { finitelyOften }: EndlessSteps): FunctionRef {
  const { builder, context, worker, addressOf } = parts;
  const { actors } = context.program;
  return builder.func(["i32", "i32"], "i32", ([parent, last], scope) => {
    const { place, choice, withEachChoice } = mover(parts, plan, scope);
    const source = scope.local("i32");
    const successor = scope.local("i32");
    const full = scope.local("i32");
    const move = scope.local("i32");
    const own = scope.local("i32");
    const parentsEnd = scope.local("i32");
    const from = { word: (index: number) => load32(source, index * 4) };
    const to = { word: (index: number) => load32(successor, index * 4) };
    const lasts = actors
      .map((actor) => mayLast(plan, locationOf(actor, context, from)))
      .reduce((all, one) => and(all, one));
    const moves = actors.flatMap((actor): readonly Effect[] => {
      const keep = [
        store32(move, parent),
        store32(move, moveOf(place, choice), 4),
        increase(move, i32(8)),
        increase(successor, i32(plan.stride)),
      ];
      return [
        set(place, locationOf(actor, context, from)),
        set(own, loopAt(plan, place)),
        when(own, [
          withEachChoice(source, successor, (result) => [
            when(and(eq(result, i64(enabledBit)), eqz(finitelyOften)), [
              when(eq(loopAt(plan, locationOf(actor, context, to)), own), keep),
            ]),
            setGlobal(finitelyOften, i32(0)),
          ]),
        ]),
      ];
    });
    return [
      setGlobal(finitelyOften, i32(0)),
      set(successor, add(worker.area, i32(plan.successorsIn))),
      set(full, add(successor, i32(batchSuccessors * plan.stride))),
      set(move, add(worker.area, i32(plan.movesIn))),
      set(parentsEnd, add(parent, i32(batchParents))),
      when(ltU(last, parentsEnd), [set(parentsEnd, last)]),
      block((end) => [
        loop((again) => [
          brIf(end, geU(parent, parentsEnd)),
          brIf(end, geU(successor, full)),
          set(source, addressOf(parent)),
          when(lasts, moves),
          increase(parent, i32(1)),
          br(again),
        ]),
      ]),
      setGlobal(worker.batchCount, shrU(sub(move, add(worker.area, i32(plan.movesIn))), i32(3))),
      parent,
    ];
  });
}

function enabledFunction(parts: Parts, plan: MemoryPlan): void {
  const { builder, context, worker, addressOf } = parts;
  builder.func(
    ["i32"],
    "i32",
    ([index], scope) => {
      const { place, withEachChoice } = mover(parts, plan, scope);
      const source = scope.local("i32");
      const enabled = scope.local("i32");
      const from = { word: (word: number) => load32(source, word * 4) };
      const scratch = add(worker.area, i32(plan.successorsIn));
      return [
        set(source, addressOf(index)),
        ...context.program.actors.flatMap((actor, position) => [
          set(place, locationOf(actor, context, from)),
          withEachChoice(source, scratch, (result) => [
            set(enabled, or(enabled, shl(ne(result, i64(0n)), i32(position)))),
          ]),
        ]),
        enabled,
      ];
    },
    "enabledAt",
  );
}
