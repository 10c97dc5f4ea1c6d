/** Visits and changes the statements of a step. */
import type { Expr } from "../ir/expression.ts";
import type { RecordedStatement } from "../ir/recorder.ts";

export type Statements = readonly RecordedStatement[];

/** Replaces statements one by one; undefined takes a statement out. The result is undefined if nothing changes. */
export function edit(
  body: Statements,
  change: (statement: RecordedStatement) => RecordedStatement | undefined,
): RecordedStatement[] | undefined {
  let changed = false;
  const visit = (statements: Statements): RecordedStatement[] =>
    statements.flatMap((statement): RecordedStatement[] => {
      const made = change(statement);
      if (made === undefined || !sameParts(made, statement)) changed = true;
      return made === undefined ? [] : [inBodies(made, visit)];
    });
  const result = visit(body);
  return changed ? result : undefined;
}

function sameParts(a: RecordedStatement, b: RecordedStatement): boolean {
  if (a === b) return true;
  if (a.op === "assign" && b.op === "assign") return a.value === b.value && a.target.index === b.target.index;
  return "condition" in a && "condition" in b && a.condition === b.condition;
}

export function inBodies(
  statement: RecordedStatement,
  visit: (body: Statements) => RecordedStatement[],
): RecordedStatement {
  if (statement.op === "if")
    return { ...statement, then: visit(statement.then), otherwise: visit(statement.otherwise) };
  if (statement.op !== "choose") return statement;
  const alternatives = statement.alternatives.map((one) => ({ ...one, body: visit(one.body) }));
  return { ...statement, alternatives };
}

export function walk(body: Statements, see: (statement: RecordedStatement) => void): void {
  edit(body, (statement) => {
    see(statement);
    return statement;
  });
}

/** The expressions of a statement, without those of the statements that it contains. */
export function expressionsOf(statement: RecordedStatement): readonly Expr[] {
  switch (statement.op) {
    case "assign":
      return [statement.target.index, statement.value];
    case "if":
    case "await":
    case "assert":
      return [statement.condition];
    case "emit":
      return Object.values(statement.args);
    case "jump":
      return statement.jump.kind === "return" && statement.jump.value !== undefined ? [statement.jump.value] : [];
    case "choose":
    case "outcome":
      return [];
  }
}
