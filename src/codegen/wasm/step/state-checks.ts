import type { SlotIndex } from "../../../ir/indices.ts";
import type { Check } from "../../../ir/property.ts";
import { choiceShift } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import { intersects, type SlotSet, slotsRead, slotsWritten } from "../../analysis/footprint.ts";
import {
  add,
  and,
  type Effect,
  i32,
  i64,
  type Local,
  load16,
  ne,
  or,
  set,
  shl,
  type Value,
  when,
} from "../encoder/instructions.ts";
import { call, type FunctionRef, type FunctionScope, type ModuleBuilder } from "../encoder/module-builder.ts";
import { shareSubexpressions } from "./common-subexpressions.ts";
import type { ExpressionContext } from "./compile-expression.ts";
import { judgeCheck } from "./judge-check.ts";
import { propertyBit } from "./property-bits.ts";
import type { StepContext } from "./step-function.ts";
import { touchedWords } from "./word-locals.ts";

export const checkSignature = { params: ["i32"], result: "i64" } as const;

export interface StateChecks {
  /** Evaluates every state check; for the initial state. */
  readonly all: FunctionRef;
  readonly groups: readonly FunctionRef[];
  /** By location: 0 if its step affects no state check, else one more than the group's position. */
  readonly groupOf: readonly number[];
}

export function stateChecks(context: StepContext): StateChecks {
  const judges = context.checks.state.map(({ check, number, property }): Judge => {
    const reads = new Set<SlotIndex>();
    slotsRead(context.program, check.condition, reads);
    if (check.premise !== undefined) slotsRead(context.program, check.premise, reads);
    return { number, property, reads, violates: violatesFunction(context, number, check) };
  });
  const groups: FunctionRef[] = [];
  const known = new Map<string, number>();
  const groupOf = context.program.locations.map((location) => {
    const written = slotsWritten(context.program, location);
    const affected = judges.filter(({ reads }) => intersects(written, reads));
    if (affected.length === 0) return 0;
    const key = affected.map(({ number }) => number).join();
    let group = known.get(key);
    if (group === undefined) {
      groups.push(groupFunction(context, affected));
      group = groups.length;
      known.set(key, group);
    }
    return group;
  });
  return { all: groupFunction(context, judges, "checkAll"), groups, groupOf };
}

/** One check as a function `(state) -> i32`, so that its code exists only once although several groups use it. */
interface Judge {
  readonly number: number;
  readonly property: number;
  readonly reads: SlotSet;
  readonly violates: FunctionRef;
}

function violatesFunction(
  { builder, layout, program }: StepContext,
  number: number,
  check: Extract<Check, { kind: "state" }>,
): FunctionRef {
  return builder.func(["i32"], "i32", ([state], scope) => {
    const touched = touchedWords(scope, state);
    const violated = scope.local("i32");
    const expressions: ExpressionContext = { layout, slotOf: program.slotOf, scope, now: touched.words };
    const parts = check.premise === undefined ? [check.condition] : [check.premise, check.condition];
    const { before, context } = shareSubexpressions(parts, expressions);
    const judged = judgeCheck(check, number, context, [set(violated, i32(1))]);
    return [...touched.load(), ...before, ...judged, violated];
  });
}

function groupFunction({ builder }: StepContext, judges: readonly Judge[], exportAs?: string): FunctionRef {
  return builder.func(
    checkSignature.params,
    checkSignature.result,
    ([state], scope) => {
      const mask = scope.local("i64");
      const judged = judges.map(({ violates, property }) =>
        when(call(violates, "i32", state), [set(mask, or(mask, i64(propertyBit(property))))]),
      );
      return [...judged, mask];
    },
    exportAs,
  );
}

/**
 * Evaluates the checks that the step of a move can affect on its successor. `violated` gets the mask if it is not 0.
 */
export type JudgeState = (
  move: Value<"i32">,
  state: Value<"i32">,
  scope: FunctionScope,
  violated: (mask: Local<"i64">) => readonly Effect[],
) => readonly Effect[];

/** `tableStart`: the position of the first group function in the module's table. */
export function judgeState(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  { groups }: StateChecks,
  tableStart: number,
): JudgeState {
  if (groups.length === 0) return () => [];
  return (move, state, scope, violated) => {
    const group = scope.local("i32");
    const mask = scope.local("i64");
    const place = and(move, i32(2 ** choiceShift - 1));
    const check = add(group, i32(tableStart - 1));
    return [
      set(group, load16(add(i32(plan.groupsAt), shl(place, i32(1))))),
      when(group, [
        set(mask, builder.callIndirect(checkSignature.params, checkSignature.result, check, state)),
        when(ne(mask, i64(0n)), violated(mask)),
      ]),
    ];
  };
}
