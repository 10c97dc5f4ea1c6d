/** The checks of the properties, as statements at the end of a step that clear the flags of those that are broken. */
import type { Expr } from "../../ir/expression.ts";
import type { Check } from "../../ir/property.ts";
import { partsOf } from "../../ir/visit.ts";
import { type ExpressionContext, promela } from "./expression.ts";
import type { Scratch } from "./scratch.ts";

export type Condition = Extract<Check, { condition: Expr }>;

/** A check, and what is to be cleared where it fails. */
export interface Judged {
  readonly flag: string;
  readonly check: Condition;
  /** In which the check is to be read. */
  readonly context: ExpressionContext;
  /** The variable that says whether the check's event was emitted; undefined for a check of every step or state. */
  readonly seen: string | undefined;
}

/**
 * Properties share parts, as one object each; a part that occurs twice is evaluated once. Expressions are total, so that
 * does no harm, and without it a property could be exponentially long. Checks of one event or of none are read in the
 * same context, so that their parts mean the same.
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

/** The parts that occur more than once and are worth a variable; each after the parts that it is made of. */
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

/** As short as the name of a variable that would hold it. */
function isPlain(expr: Expr): boolean {
  return partsOf(expr).every(({ op }) => op === "const");
}
