/** Evaluates one check of a property, and notes in shared memory (a byte for each check) that its premise was true. */
import type { Check } from "../../../ir/property.ts";
import { testedAt } from "../../../memory/memory-map.ts";
import { type Effect, eqz, i32, load8, store8, when } from "../encoder/instructions.ts";
import { compileExpression, type ExpressionContext } from "./compile-expression.ts";

/**
 * Notes that the premise of a check was true. Reads before it writes, so that the byte's cache line stays shared between
 * the workers once it is set. A race is harmless: all write the same value.
 */
export function markTested(number: number): Effect {
  return when(eqz(load8(i32(testedAt + number))), [store8(i32(testedAt + number), i32(1))]);
}

/** `violated` if the premise is true (or there is none) and the condition is false. */
export function judgeCheck(
  check: Extract<Check, { condition: unknown }>,
  number: number,
  context: ExpressionContext,
  violated: readonly Effect[],
): readonly Effect[] {
  const fails = eqz(compileExpression(check.condition, context));
  if (check.premise === undefined) return [markTested(number), when(fails, violated)];
  return [when(compileExpression(check.premise, context), [markTested(number), when(fails, violated)])];
}
