/** Which slots of a state a step may write and an expression may read. */
import { elementSlots } from "../../ir/element-slots.ts";
import type { Expr } from "../../ir/expression.ts";
import type { SlotIndex } from "../../ir/indices.ts";
import { at } from "../../ir/lookup.ts";
import { firstSlot, type Location, type Program } from "../../ir/program.ts";
import { allStatements, partsOf } from "../../ir/visit.ts";

export type SlotSet = ReadonlySet<SlotIndex>;

/**
 * Slots, not variables, because registers of one actor share a slot: a write to one may change what a property reads
 * through another.
 */
export function slotsWritten(program: Program, location: Location): SlotSet {
  const slots = new Set<SlotIndex>();
  for (const statement of allStatements(location.body)) {
    if (statement.op === "assign") for (const slot of elementSlots(program, statement.target)) slots.add(slot);
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
  if (expr.op === "load") for (const slot of elementSlots(program, expr)) into.add(slot);
  for (const part of partsOf(expr)) slotsRead(program, part, into, seen);
  return into;
}

export function intersects(a: SlotSet, b: SlotSet): boolean {
  for (const slot of a) if (b.has(slot)) return true;
  return false;
}
