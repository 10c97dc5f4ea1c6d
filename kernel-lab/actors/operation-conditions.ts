/** The conditions of `conform` for one operation of a program, so that a search can ask them in every state. */

import { slotsRead } from "../../src/codegen/analysis/footprint.ts";
import { evaluate, type State } from "../../src/ir/evaluate.ts";
import type { Expr } from "../../src/ir/expression.ts";
import { firstSlot, type Program } from "../../src/ir/program.ts";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import { conditions } from "../conform/conditions.ts";
import { type LabModel, placeOf } from "../conform/model-outcomes.ts";
import type { LabStep } from "../lab-program.ts";

export interface Condition {
  /** Whether the operation does nothing in a state. */
  readonly skips: ((state: State) => boolean) | undefined;
  /** The operation may also do nothing. */
  readonly mayDoNothing: boolean;
  /** The slots that become 0 before it begins. */
  readonly clears: (state: State) => readonly number[];
  /** All slots that this reads or writes. */
  readonly uses: readonly number[];
}

/** Operations that may do nothing only if others run meanwhile, and why. */
const disturbed: readonly { readonly operation: OperationName; readonly because: string }[] = [
  {
    operation: "reclaim",
    because: "folio_isolate_lru() does not find a page that another CPU holds back in a batch (lru_add)",
  },
];

export function conditionsOf({ machine }: LabModel, program: Program, step: LabStep): readonly Condition[] {
  const place = placeOf(machine, step);
  if (place === undefined) return [];
  const { operation: name } = step.call;
  const own = conditions
    .filter(({ operation }) => operation === name)
    .map(({ skips, clears, mayDoNothing = false }): Condition => {
      const skip = skips?.(place);
      const cleared = clears?.(place);
      return {
        skips: skip && ((state) => evaluate(program, skip, state) !== 0),
        mayDoNothing,
        clears: (state) =>
          cleared === undefined || evaluate(program, cleared.if, state) === 0
            ? []
            : cleared.these.map((expr) => slotOf(program, expr, state)),
        uses: [skip, cleared?.if, ...(cleared?.these ?? [])].flatMap((expr) =>
          expr === undefined ? [] : [...slotsRead(program, expr)],
        ),
      };
    });
  const isDisturbed = disturbed.some(({ operation }) => operation === name);
  return isDisturbed ? [...own, { skips: undefined, mayDoNothing: true, clears: () => [], uses: [] }] : own;
}

function slotOf(program: Program, expr: Expr, state: State): number {
  if (expr.op !== "load") throw new TypeError("only an element of a variable has a slot");
  return firstSlot(program, expr.variable) + evaluate(program, expr.index, state);
}
