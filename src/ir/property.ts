import type { Expr } from "./expression.ts";

/** The most properties that one search can check: a state has a bit for each of them in one 64-bit mask, beside two more. */
export const maxProperties = 61;

/** One thing that a property demands. A property holds where all its checks hold. */
export type Check =
  /** True in every state. */
  | { readonly kind: "state"; readonly premise: Expr | undefined; readonly condition: Expr }
  /**
   * True of every step that emits `event` (of every step, where no event is named). `load` reads the state after the
   * step, `load old` the one before, `argument` the event's arguments, `step` the step's own names.
   */
  | {
      readonly kind: "step";
      readonly event: string | undefined;
      readonly premise: Expr | undefined;
      readonly condition: Expr;
    }
  /** The `assert` statements that name the property are true. */
  | { readonly kind: "assertion" }
  /** Never broken; put to the test where an `assert` statement of a property that is not checked is false. */
  | { readonly kind: "passed"; readonly property: string; readonly message: string }
  /** Where no step is enabled, every actor rests at its final location. */
  | { readonly kind: "deadlock" }
  /**
   * From every state a way leads to where every actor has finished. A way that another property ends by being violated
   * counts as one: what comes behind it is not known.
   */
  | { readonly kind: "progress" };

/**
 * A property over one program, ready to be checked. Where a check's premise is false it holds, untested; without a
 * premise every state or step puts it to the test.
 */
export interface Property {
  readonly name: string;
  readonly sentence: string;
  readonly checks: readonly Check[];
}

export function asksForProgress({ checks }: Property): boolean {
  return checks.some(({ kind }) => kind === "progress");
}
