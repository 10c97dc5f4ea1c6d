/** The locations of actors in a packed state, and the moves from there. */
import { at } from "../../../ir/lookup.ts";
import { type Actor, firstSlot } from "../../../ir/program.ts";
import { choiceShift } from "../../../memory/memory-map.ts";
import {
  add,
  type Effect,
  i32,
  i64,
  type Local,
  load64,
  or,
  shl,
  store64,
  type Value,
} from "../encoder/instructions.ts";
import type { WorkerVariables } from "./instance-variables.ts";
import { readField, type WordSource } from "./packed-words.ts";
import type { StepContext } from "./step-function.ts";

export function locationOf(actor: Actor, { layout, program }: StepContext, from: WordSource): Value<"i32"> {
  const field = at(layout.fields, firstSlot(program, actor.pc));
  return actor.first === 0 ? readField(from, field) : add(readField(from, field), i32(actor.first));
}

export function moveOf(place: Value<"i32">, choice: Value<"i32">): Value<"i32"> {
  return or(place, shl(choice, i32(choiceShift)));
}

/** The area starts with the counts, so a location's count is at its number times eight. */
export function countTransition(place: Local<"i32">, { area }: WorkerVariables): Effect {
  const count = add(area, shl(place, i32(3)));
  return store64(count, add(load64(count), i64(1n)));
}
