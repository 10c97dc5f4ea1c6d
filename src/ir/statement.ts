import { constant, type Expr } from "./expression.ts";
import type { LocationId } from "./indices.ts";
import { restingValue } from "./types.ts";
import type { Variable } from "./variable.ts";

/** The target of an assignment: one element of a variable. */
export interface Target {
  readonly variable: Variable;
  readonly index: Expr;
}

/**
 * The statements of one atomic step. A step is enabled under a choice number if every `await` on its path is true. It
 * ends at its first `goto`. Statements run in order, and each sees the effects of those before it. `Place` is what a
 * `goto` names. `Said` is `Outcome` in a step that also says how it went, and nothing in one that only acts.
 */
export type Statement<Place extends number = LocationId, Said extends Outcome = never> =
  | Said
  /**
   * A value out of the variable's range, or an index out of the array's range, is an error of the model. It is reported
   * with the trace.
   */
  | { readonly op: "assign"; readonly target: Target; readonly value: Expr }
  | {
      readonly op: "if";
      readonly condition: Expr;
      readonly then: readonly Statement<Place, Said>[];
      readonly otherwise: readonly Statement<Place, Said>[];
    }
  | { readonly op: "await"; readonly condition: Expr }
  /**
   * Takes the alternative numbered `choice % n` and leaves `choice / n` (rounded down) for the next `choose` on the
   * path. If the choice number is not used up (0) at the end of the step, the step is not enabled under that number.
   */
  | { readonly op: "choose"; readonly alternatives: readonly Alternative<Place, Said>[] }
  /** If false, this step violates the named property. The step continues. */
  | { readonly op: "assert"; readonly condition: Expr; readonly property: string; readonly message: string }
  /** Arguments are evaluated here. Each event is emitted at most once on any path through a step. */
  | { readonly op: "emit"; readonly event: string; readonly args: readonly Expr[] }
  /** The actor continues at this location; ends the step. */
  | { readonly op: "goto"; readonly location: Place };

export interface Alternative<Place extends number = LocationId, Said extends Outcome = never> {
  readonly name: string;
  readonly body: readonly Statement<Place, Said>[];
  /**
   * This alternative is bad luck that no run has for ever. So a loop that takes it is no loop for the properties that
   * ask whether operations end. For all other purposes it is like any other alternative.
   */
  readonly finitelyOften?: true;
}

/**
 * What a step says about how it went, for people. It has no effect, so what runs or analyses steps does not need it:
 * `Location.body` has none.
 */
export interface Outcome {
  readonly op: "outcome";
  /** It is said only if this is true here. */
  readonly when: Expr;
  /** Text, and expressions whose values are shown as they are here. */
  readonly words: readonly (string | Expr)[];
}

/** Sets the register to the value that it has while it holds nothing. */
export function resetOf(register: Variable): Statement<never> {
  return {
    op: "assign",
    target: { variable: register, index: constant(0) },
    value: constant(restingValue(register.type)),
  };
}

/** Whether the statement is such a reset. */
export function isReset(statement: Statement<number, Outcome>): boolean {
  return (
    statement.op === "assign" &&
    statement.target.variable.actor !== undefined &&
    statement.value.op === "const" &&
    statement.value.value === restingValue(statement.target.variable.type)
  );
}
