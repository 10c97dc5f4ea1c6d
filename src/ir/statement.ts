import { constant, type Expr } from "./expression.ts";
import { restingValue } from "./types.ts";
import type { Variable } from "./variable.ts";

/** What can be assigned: one element of a variable. */
export interface Target {
  readonly variable: Variable;
  readonly index: Expr;
}

/**
 * The statements of one atomic step. A step is enabled under a choice number when every `await` on its way is true; it
 * ends at its first `goto`. Statements run in order and see the effects of those before them.
 */
export type Statement =
  /** A value out of the variable's range, or an index out of the array's, is an error of the model, reported with the trace. */
  | { readonly op: "assign"; readonly target: Target; readonly value: Expr }
  | {
      readonly op: "if";
      readonly condition: Expr;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly op: "await"; readonly condition: Expr }
  /**
   * Takes the alternative numbered `choice % n` and leaves `choice / n` (rounded down) for the next `choose` on the
   * way. A step whose choice number is not used up to 0 at its end is not enabled under that number.
   */
  | { readonly op: "choose"; readonly alternatives: readonly Alternative[] }
  /** Where false, the named property is violated by this step. The step goes on. */
  | { readonly op: "assert"; readonly condition: Expr; readonly property: string; readonly message: string }
  /** Arguments are evaluated here. At most once for each event on any way through a step. */
  | { readonly op: "emit"; readonly event: string; readonly args: readonly Expr[] }
  /** The actor goes on at this location; ends the step. */
  | { readonly op: "goto"; readonly location: number };

export interface Alternative {
  readonly name: string;
  readonly body: readonly Statement[];
}

/** The register holds what it holds while nothing is in it. */
export function resetOf(register: Variable): Statement {
  return {
    op: "assign",
    target: { variable: register, index: constant(0) },
    value: constant(restingValue(register.type)),
  };
}

/** Whether the statement is such a reset. */
export function isReset(statement: Statement): boolean {
  return (
    statement.op === "assign" &&
    statement.target.variable.actor !== undefined &&
    statement.value.op === "const" &&
    statement.value.value === restingValue(statement.target.variable.type)
  );
}
