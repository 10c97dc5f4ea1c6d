import { constant, type Expr, load } from "../ir/expression.ts";
import { at } from "../ir/lookup.ts";
import type { RecordedStatement } from "../ir/recorder.ts";
import { bool } from "../ir/types.ts";
import { type Variable, variable } from "../ir/variable.ts";
import { withoutEffect } from "./effects.ts";
import type { Statements } from "./statements.ts";

export interface SplitStep {
  readonly first: RecordedStatement[];
  readonly second: RecordedStatement[];
  /** Conditions that the first part decides and the second part goes by. */
  readonly registers: readonly Variable[];
}

/**
 * A step in two parts: the second part begins with the effect. If the effect stands in a branch, the first part decides
 * whether it is taken. Undefined if the step has no such effect, or if it stands in one alternative of a choice.
 */
export function splitStep(body: Statements, effect: string, actor: string, name: string): SplitStep | undefined {
  const has = (statement: RecordedStatement) => withoutEffect([statement], effect, actor) !== undefined;
  const position = body.findIndex(has);
  if (position < 0) return undefined;
  const [before, after] = [body.slice(0, position), body.slice(position + 1)];
  const statement = at(body, position);
  if (statement.op === "choose") return undefined;
  if (statement.op !== "if") return { first: before, second: [statement, ...after], registers: [] };
  const inThen = statement.then.some(has);
  const branch = inThen ? statement.then : statement.otherwise;
  // The effect is in the condition itself, such as the look of a trylock.
  if (!branch.some(has)) return { first: before, second: [statement, ...after], registers: [] };
  const inner = splitStep(branch, effect, actor, `${name}'`);
  if (inner === undefined) return undefined;
  const taken = variable(name, bool, { actor });
  const is = load(taken);
  const noted: RecordedStatement = {
    op: "assign",
    target: { variable: taken, index: constant(0) },
    value: statement.condition,
  };
  const branchOf = (condition: Expr, wanted: RecordedStatement[], other: RecordedStatement[]): RecordedStatement => ({
    op: "if",
    condition,
    then: inThen ? wanted : other,
    otherwise: inThen ? other : wanted,
  });
  const other = inThen ? statement.otherwise : statement.then;
  return {
    first: [...before, noted, branchOf(is, inner.first, [...other])],
    second: [branchOf(is, inner.second, []), ...after],
    registers: [taken, ...inner.registers],
  };
}
