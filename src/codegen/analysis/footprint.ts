/** Which slots of a state a step may write and an expression may read. */
import type { Expr } from "../../ir/expression.ts";
import { type SlotIndex, slotIndex } from "../../ir/indices.ts";
import { at } from "../../ir/lookup.ts";
import { firstSlot, type Location, type Program } from "../../ir/program.ts";
import type { Variable } from "../../ir/variable.ts";
import { allStatements, partsOf } from "../../ir/visit.ts";

export type SlotSet = ReadonlySet<SlotIndex>;

/**
 * Slots, not variables, because registers of one actor share a slot: a write to one may change what a property reads
 * through another.
 */
export function slotsWritten(program: Program, location: Location): SlotSet {
  const slots = new Set<SlotIndex>();
  for (const statement of allStatements(location.body)) {
    if (statement.op === "assign") addElements(program, statement.target.variable, statement.target.index, slots);
  }
  if (location.body.length > 0) slots.add(firstSlot(program, at(program.actors, location.actor).pc));
  return slots;
}

export function slotsRead(
  program: Program,
  expr: Expr,
  into: Set<SlotIndex> = new Set(),
  seen: Set<Expr> = new Set(),
): SlotSet {
  if (seen.has(expr)) return into;
  seen.add(expr);
  if (expr.op === "load") addElements(program, expr.variable, expr.index, into);
  for (const part of partsOf(expr)) slotsRead(program, part, into, seen);
  return into;
}

/** The one element at a known index, or all elements if the index is computed. */
function addElements(program: Program, variable: Variable, index: Expr, into: Set<SlotIndex>): void {
  const first = firstSlot(program, variable);
  if (index.op === "const") {
    if (index.value >= 0 && index.value < variable.size) into.add(slotIndex(first + index.value));
  } else for (let element = 0; element < variable.size; element++) into.add(slotIndex(first + element));
}

export function intersects(a: SlotSet, b: SlotSet): boolean {
  for (const slot of a) if (b.has(slot)) return true;
  return false;
}
