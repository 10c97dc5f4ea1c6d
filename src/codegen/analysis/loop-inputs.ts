/** What decides how an actor goes round in a loop of its control flow. */
import type { ControlLoops } from "../../ir/control-loops.ts";
import { elementSlots } from "../../ir/element-slots.ts";
import type { Expr } from "../../ir/expression.ts";
import type { SlotIndex } from "../../ir/indices.ts";
import { type Actor, firstSlot, type Program } from "../../ir/program.ts";
import type { Statement } from "../../ir/statement.ts";
import { allStatements } from "../../ir/visit.ts";
import { type SlotSet, slotsRead } from "./footprint.ts";

/**
 * The slots on which it depends where this actor can go if it runs alone in one of its loops: those that conditions read,
 * and those from which their values come. Violations are not counted.
 */
export function loopInputs(program: Program, actor: Actor, { loopOf }: Pick<ControlLoops, "loopOf">): SlotSet {
  const statements = program.locations
    .slice(actor.first, actor.first + actor.count)
    .flatMap(({ id, body }) => (loopOf[id] === 0 ? [] : [...allStatements(body)]));
  const inputs = new Set<SlotIndex>([firstSlot(program, actor.pc)]);
  const seen = new Set<Expr>();
  const read = (expr: Expr) => slotsRead(program, expr, inputs, seen);
  for (const statement of statements) if (statement.op === "if" || statement.op === "await") read(statement.condition);
  const assignments = statements.filter((one): one is Assignment => one.op === "assign");
  for (let before = -1; before !== inputs.size; ) {
    before = inputs.size;
    for (const { target, value } of assignments) {
      if (!elementSlots(program, target).some((slot) => inputs.has(slot))) continue;
      read(target.index);
      read(value);
    }
  }
  return inputs;
}

type Assignment = Extract<Statement, { op: "assign" }>;
