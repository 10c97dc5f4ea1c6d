import type { Expr } from "./expression.ts";

/**
 * The largest number of properties that one search can check: in one 64-bit mask a state has a bit for each property,
 * and two more bits.
 */
export const maxProperties = 61;

/** One demand of a property. A property holds if all its checks hold. */
export type Check =
  /** True in every state. */
  | { readonly kind: "state"; readonly premise: Expr | undefined; readonly condition: Expr }
  /**
   * True for every step that emits `event` (for every step, if no event is named). `load` reads the state after the
   * step, `load old` the state before it, `argument` the event's arguments, and `step` the names of the step.
   */
  | {
      readonly kind: "step";
      readonly event: string | undefined;
      readonly premise: Expr | undefined;
      readonly condition: Expr;
    }
  /** The `assert` statements that name the property are true. */
  | { readonly kind: "assertion" }
  /**
   * Never violated. It is tested when an `assert` statement is false that belongs to a property which is not checked.
   */
  | { readonly kind: "passed"; readonly property: string; readonly message: string }
  /** If no step is enabled, every actor rests at its final location. */
  | { readonly kind: "deadlock" }
  /**
   * From every state some path leads to a state in which every actor has finished. A path that ends because another
   * property is violated also counts, because what would follow is not known.
   */
  | { readonly kind: "can-finish" }
  /**
   * No loop of steps of one actor can be reached. No loop takes an alternative that is marked `finitelyOften`, or a step
   * that violates a property.
   */
  | { readonly kind: "ends-alone" }
  /**
   * No fair loop can be reached: one in which each actor moves, or cannot move in some state. No loop takes the steps
   * that are excluded above.
   */
  | { readonly kind: "ends-together" };

/**
 * A property over one program, ready to be checked. If a check's premise is false, the check holds without being
 * tested. A check without a premise is tested in every state or step.
 */
export interface Property {
  readonly name: string;
  readonly sentence: string;
  readonly checks: readonly Check[];
}

export function asksForFinish(property: Property): boolean {
  return hasCheck(property, "can-finish");
}

/** Whether only a search of all states can judge the property, because it is about whole runs. */
export function asksAboutRuns(property: Property): boolean {
  return asksForSuccessors(property) || hasCheck(property, "ends-alone");
}

/** Whether the property is judged by the successors of stored states. */
export function asksForSuccessors(property: Property): boolean {
  return asksForFinish(property) || hasCheck(property, "ends-together");
}

export function hasCheck({ checks }: Property, kind: Check["kind"]): boolean {
  return checks.some((check) => check.kind === kind);
}
