import type { Expr } from "../../../ir/expression.ts";
import { partsOf } from "../../../ir/visit.ts";
import { after, type Effect, type Local, set, type Value } from "../encoder/instructions.ts";
import { compileExpression, type ExpressionContext, sizeOf } from "./compile-expression.ts";

/**
 * Properties have parts that occur in many places (the page of an entry, whether a lock is held); each is one object.
 * Such a part is evaluated once, before everything else, into a local. That is correct because expressions are total and
 * nothing changes the state in between. It saves time because a property that holds evaluates nearly all its parts.
 * Without it, an expression that shares parts of parts would become exponentially long.
 */
export function shareSubexpressions(
  exprs: readonly Expr[],
  context: ExpressionContext,
): { readonly before: readonly Effect[]; readonly context: ExpressionContext } {
  const shared = new Map<Expr, Local<"i32">>();
  const extended: ExpressionContext = { ...context, shared };
  const before: Effect[] = [];
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
  // Parts come before the expressions that contain them, so each can use the shared parts inside it.
  for (const expr of inOrder) {
    if ((uses.get(expr) ?? 0) < 2 || expr.op === "const" || expr.op === "step" || expr.op === "argument") continue;
    const value = compileExpression(expr, extended);
    const local = context.scope.local("i32");
    before.push(set(local, value));
    shared.set(expr, local);
  }
  return { before, context: extended };
}

/** Compiles a single expression. Only a large one is worth a search for shared parts. */
export function compileWhole(expr: Expr, context: ExpressionContext): Value<"i32"> {
  if (sizeOf(expr, largeSize) < largeSize) return compileExpression(expr, context);
  const shared = shareSubexpressions([expr], context);
  return after(shared.before, compileExpression(expr, shared.context));
}

const largeSize = 64;
