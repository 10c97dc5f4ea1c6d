/** Visiting expressions and statements. */
import type { Expr } from "./expression.ts";
import { at } from "./lookup.ts";
import type { Outcome, Statement } from "./statement.ts";
import type { Variable } from "./variable.ts";

/** The direct parts of an expression. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case "const":
    case "argument":
    case "step":
      return noParts;
    case "load":
      return [expr.index];
    case "binary":
      return [expr.left, expr.right];
    case "not":
      return [expr.value];
    case "select":
      return [expr.condition, expr.then, expr.otherwise];
    case "field":
      return [expr.word];
    case "with":
      return [expr.word, expr.value];
  }
}

const noParts: readonly Expr[] = [];

/** Many steps share expressions, and what an expression reads never changes. */
const reads = new WeakMap<Expr, readonly Variable[]>();
const nothing: readonly Variable[] = [];

/** Every variable that an expression reads. */
export function variablesIn(expr: Expr): readonly Variable[] {
  if (expr.op === "const") return nothing;
  if (expr.op === "load" && expr.index.op === "const") return [expr.variable];
  let known = reads.get(expr);
  if (known === undefined) {
    known = [...variablesRead(expr)];
    reads.set(expr, known);
  }
  return known;
}

/** The same, added to a set. */
export function variablesRead(expr: Expr, into: Set<Variable> = new Set()): Set<Variable> {
  if (expr.op === "load") into.add(expr.variable);
  for (const part of partsOf(expr)) variablesRead(part, into);
  return into;
}

/**
 * The expressions by which a statement itself acts, without those of the statements inside it. An outcome has none,
 * because nothing goes by what it says.
 */
export function expressionsOf(statement: Statement<number, Outcome>): readonly Expr[] {
  switch (statement.op) {
    case "assign":
      return [statement.target.index, statement.value];
    case "if":
    case "await":
    case "assert":
      return [statement.condition];
    case "emit":
      return statement.args;
    case "choose":
    case "goto":
    case "outcome":
      return [];
  }
}

/** The statement lists inside a statement. */
export function bodiesOf<Place extends number, Said extends Outcome = never>(
  statement: Statement<Place, Said>,
): readonly (readonly Statement<Place, Said>[])[] {
  if (statement.op === "if") return [statement.then, statement.otherwise];
  if (statement.op === "choose") return statement.alternatives.map((alternative) => alternative.body);
  return [];
}

/**
 * The statement with other statements in place of those inside it, in the order of `bodiesOf`. If these are the same,
 * so is the statement.
 */
export function withBodies<Place extends number, Said extends Outcome = never>(
  statement: Statement<Place, Said> | Exclude<Statement<number, Said>, { op: "goto" }>,
  bodies: readonly (readonly Statement<Place, Said>[])[],
): Statement<Place, Said> {
  if (statement.op === "if") {
    const [then, otherwise] = [at(bodies, 0), at(bodies, 1)];
    if (then === statement.then && otherwise === statement.otherwise) return statement as Statement<Place, Said>;
    return { op: "if", condition: statement.condition, then, otherwise };
  }
  if (statement.op !== "choose") return statement;
  if (statement.alternatives.every(({ body }, position) => body === bodies[position]))
    return statement as Statement<Place, Said>;
  const alternatives = statement.alternatives.map((one, position) => ({ ...one, body: at(bodies, position) }));
  return { op: "choose", alternatives };
}

/** The list, unless it has the same statements as the one that it was made from: then that one, so that both share it. */
export function sharedIfSame<One>(made: readonly One[], from: readonly unknown[]): readonly One[] {
  const isSame = made.length === from.length && made.every((one, position) => one === from[position]);
  return isSame ? (from as readonly One[]) : made;
}

/** Every statement of a list in order, including those inside other statements. */
export function allStatements<Place extends number, Said extends Outcome = never>(
  statements: readonly Statement<Place, Said>[],
  into: Statement<Place, Said>[] = [],
): readonly Statement<Place, Said>[] {
  for (const statement of statements) {
    into.push(statement);
    if (statement.op === "if") {
      allStatements(statement.then, into);
      allStatements(statement.otherwise, into);
    } else if (statement.op === "choose") for (const { body } of statement.alternatives) allStatements(body, into);
  }
  return into;
}
