import { deepStrictEqual } from "node:assert";
import { describe, it } from "node:test";
import { and, constant, type Expr, isConstant, not, or } from "../../src/ir/expression.ts";
import type { FlatLocation, FlatStatement } from "../../src/ir/flatten.ts";
import { bool } from "../../src/ir/types.ts";
import type { Variable } from "../../src/ir/variable.ts";
import { allStatements, variablesRead } from "../../src/ir/visit.ts";
import { recordedSteps } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { anonymiser } from "../../src/model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../../src/model/scenario/everything.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import { isNightly } from "../fixtures/nightly.ts";

describe("outcomes", () => {
  it("a step that decides where its actor goes says how it went, whichever way that is", () => {
    const silent = new Set<string>();
    for (const [one, kernel] of kernelVersions.entries())
      for (const [other, scenario] of scenariosOfEverything().entries()) {
        // Each scenario on one kernel, and no two neighbours on the same; every night on all. Nearly all steps occur.
        if (!isNightly && (one + other) % kernelVersions.length > 0) continue;
        const shared = anonymiser(scenario);
        for (const step of recordedSteps(scenario, featuresOf(kernel, { with: [], without: [] })))
          if (hasSilentWay(step)) silent.add(`${step.procedure}: ${shared(step.label)}`);
      }
    deepStrictEqual([...silent].sort(), []);
  });
});

/** Whether the step can go a way that it chose by what it saw, or by chance, and say nothing. */
function hasSilentWay({ body }: FlatLocation): boolean {
  let found = false;
  /** Registers whose values the step has read or decided. */
  const fresh = new Set<Variable>();
  const isFresh = (expr: Expr): boolean =>
    [...variablesRead(expr)].some((variable) => variable.actor === undefined || fresh.has(variable));
  /** What such registers were set to. */
  const values = new Map<Variable, Expr>();
  const inFull = (expr: Expr): Expr => {
    if (expr.op === "load") return values.get(expr.variable) ?? expr;
    if (expr.op === "not") return not(inFull(expr.value));
    if (expr.op !== "binary") return expr;
    if (expr.operator === "!=") return not({ ...expr, operator: "==" });
    return isConnective(expr) ? connect(expr, inFull(expr.left), inFull(expr.right)) : expr;
  };
  /** Takes and returns the condition under which nothing has been said; false at the end also if it is not reached. */
  const walk = (statements: readonly FlatStatement[], silent: Expr, decided: boolean): Expr => {
    let still = silent;
    for (const statement of statements) {
      if (statement.op === "outcome") still = and(still, not(inFull(statement.when)));
      if (statement.op === "goto") {
        found ||= decided && canBeTrue(still);
        return constant(0, bool);
      }
      if (statement.op === "assign" && statement.target.variable.actor !== undefined) {
        if (decided || isFresh(statement.value)) fresh.add(statement.target.variable);
        if (decided) values.delete(statement.target.variable);
        else values.set(statement.target.variable, inFull(statement.value));
      }
      if (statement.op === "if") {
        const { then, otherwise } = statement;
        const condition = inFull(statement.condition);
        const decides = decided || (isFresh(statement.condition) && leadsApart(then, otherwise));
        still = or(walk(then, and(still, condition), decides), walk(otherwise, and(still, not(condition)), decides));
      }
      if (statement.op === "choose")
        still = or(...statement.alternatives.map(({ body: one }) => walk(one, still, true)));
    }
    return still;
  };
  walk(body, constant(1, bool), false);
  return found;
}

/** Whether an expression can be true if each of its parts that is no and, or, not can be true or false. */
function canBeTrue(expr: Expr): boolean {
  if (isConstant(expr)) return expr.value !== 0;
  const atom = firstAtom(expr);
  return [true, false].some((value) => canBeTrue(given(expr, textOf(atom), value)));
}

/** Most steps share their expressions with others. */
const texts = new WeakMap<Expr, string>();

function textOf(expr: Expr): string {
  const text = texts.get(expr) ?? JSON.stringify(expr);
  texts.set(expr, text);
  return text;
}

function firstAtom(expr: Expr): Expr {
  if (expr.op === "not") return firstAtom(expr.value);
  if (!isConnective(expr)) return expr;
  return firstAtom(expr.left);
}

/** The expression, simplified, if an atom has this value. */
function given(expr: Expr, atom: string, value: boolean): Expr {
  if (expr.op === "not") return not(given(expr.value, atom, value));
  if (!isConnective(expr)) return textOf(expr) === atom ? constant(value ? 1 : 0, bool) : expr;
  return connect(expr, given(expr.left, atom, value), given(expr.right, atom, value));
}

type Connective = Extract<Expr, { op: "binary" }>;

function connect({ operator }: Connective, left: Expr, right: Expr): Expr {
  return operator === "and" ? and(left, right) : or(left, right);
}

function isConnective(expr: Expr): expr is Connective {
  return expr.op === "binary" && (expr.operator === "and" || expr.operator === "or");
}

/** Whether two branches lead the actor to different places or leave it with other registers. */
function leadsApart(...branches: readonly (readonly FlatStatement[])[]): boolean {
  const [one, other] = branches.map((branch) =>
    [...allStatements(branch)]
      .flatMap((statement) => {
        if (statement.op === "goto") return [`to ${statement.location}`];
        return statement.op === "assign" && statement.target.variable.actor !== undefined
          ? [`${statement.target.variable.name}`]
          : [];
      })
      .join(),
  );
  return one !== other;
}
