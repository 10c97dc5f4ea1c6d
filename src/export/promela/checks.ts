/** The checks of the properties: statements at the end of a step that clear the flags of violated properties. */
import type { Expr } from "../../ir/expression.ts";
import type { Check } from "../../ir/property.ts";
import { partsOf } from "../../ir/visit.ts";
import { type ExpressionContext, promela } from "./expression.ts";
import type { Scratch } from "./scratch.ts";

export type Condition = Extract<Check, { condition: Expr }>;

/** A check, and the flag to clear if it fails. */
export interface Judged {
  readonly flag: string;
  readonly check: Condition;
  /** The context for the expressions of the check. */
  readonly context: ExpressionContext;
  /** The variable that says whether the check's event was emitted; undefined for a check of every step or state. */
  readonly seen: string | undefined;
}

/**
 * Properties share parts as common objects, and a part that occurs twice is evaluated once. This is safe because
 * expressions are total; without it, the text of a property could be exponentially long. All checks of one event (or of
 * no event) have the same context, so their parts have the same meaning.
 */
export function checkLines(judged: readonly Judged[], scratch: Scratch): readonly string[] {
  const lines: string[] = [];
  const groups = new Map<ExpressionContext, Judged[]>();
  for (const one of judged) groups.set(one.context, [...(groups.get(one.context) ?? []), one]);
  let parts = 0;
  for (const [context, group] of groups) {
    const shared = new Map<Expr, string>();
    const extended = { ...context, shared };
    for (const expr of repeated(group.flatMap(({ check }) => expressionsIn(check)))) {
      const text = promela(expr, extended);
      const name = scratch.use(`part_${parts++}`, "int");
      lines.push(`${name} = ${text};`);
      shared.set(expr, name);
    }
    for (const { flag, check, seen } of group) {
      const condition = promela(check.condition, extended);
      const premises = [seen, check.premise === undefined ? undefined : promela(check.premise, extended)];
      const untested = premises.filter((text) => text !== undefined).map((text) => `!${text}`);
      const kept = untested.length === 0 ? condition : `(${[...untested, condition].join(" || ")})`;
      lines.push(`${flag} = (${flag} && ${kept});`);
    }
  }
  return lines;
}

export function expressionsIn(check: Condition): readonly Expr[] {
  return check.premise === undefined ? [check.condition] : [check.premise, check.condition];
}

/** The parts that occur more than once and are worth a variable. Each one comes after its own parts. */
function repeated(exprs: readonly Expr[]): readonly Expr[] {
  const uses = new Map<Expr, number>();
  const inOrder: Expr[] = [];
  const count = (expr: Expr): void => {
    const known = uses.get(expr) ?? 0;
    uses.set(expr, known + 1);
    if (known > 0) return;
    for (const part of partsOf(expr)) count(part);
    inOrder.push(expr);
  };
  for (const expr of exprs) count(expr);
  return inOrder.filter((expr) => (uses.get(expr) ?? 0) > 1 && !isPlain(expr));
}

/** Whether the text is as short as the name of a variable for it. */
function isPlain(expr: Expr): boolean {
  return partsOf(expr).every(({ op }) => op === "const");
}
