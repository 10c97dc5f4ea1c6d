/**
 * State properties as functions `(state) -> i64`, one for each distinct set of checks that a step can affect. A state
 * is judged once, when it is about to be stored: its parent satisfied every check, so those that read nothing which
 * the step wrote hold still.
 */
import type { Location } from "../../ir/program.ts";
import { intersects, slotsRead, slotsWritten } from "../footprint.ts";
import type { ExpressionContext } from "./compile-expression.ts";
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
} from "./instructions.ts";
import { judgeCheck } from "./judge-check.ts";
import { choiceShift, type MemoryPlan } from "./memory-map.ts";
import type { FunctionRef, FunctionScope, ModuleBuilder } from "./module-builder.ts";
import { type NumberedCheck, propertyBit } from "./property-bits.ts";
import type { StepContext } from "./step-function.ts";
import { touchedWords } from "./word-locals.ts";

export const checkSignature = { params: ["i32"], result: "i64" } as const;

export interface StateChecks {
  /** Judges every state check; for the initial state. */
  readonly all: FunctionRef;
  readonly groups: readonly FunctionRef[];
  /** By location: 0 where its step affects no state check, else one more than the group's position. */
  readonly groupOf: readonly number[];
}

export function stateChecks(context: StepContext): StateChecks {
  const checks = context.checks.filter(({ check }) => check.kind === "state");
  const reads = checks.map(({ check }) => {
    const slots = new Set<number>();
    if (check.kind === "state") {
      slotsRead(context.program, check.condition, slots);
      if (check.premise !== undefined) slotsRead(context.program, check.premise, slots);
    }
    return slots;
  });
  const groups: FunctionRef[] = [];
  const known = new Map<string, number>();
  const groupOf = context.program.locations.map((location: Location) => {
    const written = slotsWritten(context.program, location);
    const affected = checks.filter((_, i) => intersects(written, reads[i] ?? new Set()));
    if (affected.length === 0) return 0;
    const key = affected.map(({ number }) => number).join();
    let group = known.get(key);
    if (group === undefined) {
      groups.push(checkFunction(context, affected));
      group = groups.length;
      known.set(key, group);
    }
    return group;
  });
  return { all: checkFunction(context, checks, "checkAll"), groups, groupOf };
}

function checkFunction(
  { builder, layout, program }: StepContext,
  checks: readonly NumberedCheck[],
  exportAs?: string,
): FunctionRef {
  const body = (
    [state]: readonly [Parameters<typeof touchedWords>[1]],
    scope: Parameters<typeof touchedWords>[0],
  ): readonly Effect[] => {
    const touched = touchedWords(scope, state);
    const mask = scope.local("i64");
    const expressions: ExpressionContext = { layout, slotOf: program.slotOf, scope, now: touched.words };
    const judged = checks.flatMap(({ check, number, property }): readonly Effect[] => {
      if (check.kind !== "state") return [];
      return judgeCheck(check, number, expressions, [set(mask, or(mask, i64(propertyBit(property))))]);
    });
    return [...touched.load(), ...judged, mask];
  };
  return builder.func(checkSignature.params, checkSignature.result, body, exportAs);
}

/** Judges the successor of a move by the checks that its step can affect; `violated` gets the mask where it is not 0. */
export type JudgeState = (
  move: Value<"i32">,
  state: Value<"i32">,
  scope: FunctionScope,
  violated: (mask: Local<"i64">) => readonly Effect[],
) => readonly Effect[];

/** `tableStart`: where the groups' functions begin in the module's table. */
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
