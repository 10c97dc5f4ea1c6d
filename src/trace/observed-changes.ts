/**
 * A step that only reads has no effect to undo. But the value that it read may be the cause of the race: for example
 * the entry that a fault read before it was zapped.
 */
import type { State } from "../ir/evaluate.ts";
import { executeStep } from "../ir/interpreter.ts";
import { at } from "../ir/lookup.ts";
import { firstSlot, type Program } from "../ir/program.ts";
import { changedSlots, sharedSlots } from "./shared-slots.ts";
import type { TakenStep } from "./taken-step.ts";

/** Whether the step's result would change if it traded places with a step that matters, of another actor. */
export function seesWhatOthersChange(
  program: Program,
  path: readonly TakenStep[],
  matters: readonly boolean[],
  position: number,
): boolean {
  const reader = at(path, position);
  const shared = sharedSlots(program);
  return path.some(({ location, before, outcome }, other) => {
    if (matters[other] !== true || location.actor === reader.location.actor) return false;
    const instead = other < position ? before : outcome.state;
    const slots = changedSlots(shared, before, outcome.state).filter((slot) => instead[slot] !== reader.before[slot]);
    if (slots.length === 0) return false;
    const state = reader.before.slice();
    for (const slot of slots) state[slot] = at(instead, slot);
    return pathFrom(program, reader, reader.described.choice.number, state) !== "the same";
  });
}

/** Whether the actor would then go to another location or have other values in its registers. */
export function goesOtherwise(
  program: Program,
  taken: Pick<TakenStep, "location" | "outcome">,
  choice: number,
  state: State,
): boolean {
  return pathFrom(program, taken, choice, state) === "another";
}

function pathFrom(
  program: Program,
  { location, outcome }: Pick<TakenStep, "location" | "outcome">,
  choice: number,
  state: State,
): "none" | "the same" | "another" {
  const other = executeStep(program, state, location.id, choice);
  if (other === undefined) return "none";
  const actor = at(program.actors, location.actor);
  const own = [actor.pc, ...actor.registers].map((variable) => firstSlot(program, variable));
  return own.some((slot) => other.state[slot] !== outcome.state[slot]) ? "another" : "the same";
}
