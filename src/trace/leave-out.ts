/**
 * Groups of steps that are worth leaving out together, the largest groups first; in each group, the last steps first.
 */
import type { SlotIndex } from "../ir/indices.ts";
import { at } from "../ir/lookup.ts";
import type { Frame } from "../ir/program.ts";
import { changedSlots, type SharedSlots } from "./shared-slots.ts";
import type { TakenStep } from "./taken-step.ts";

type Group = readonly number[];

export function groupsToLeaveOut(path: readonly TakenStep[], shared: SharedSlots): readonly Group[] {
  const single = path.map((_, position) => [position]).reverse();
  return [...byActor(path), ...byOperation(path), ...byCall(path), ...undone(path, shared), ...single];
}

function byActor(path: readonly TakenStep[]): readonly Group[] {
  return groupsOf(path, ({ location }) => location.actor);
}

function byOperation(path: readonly TakenStep[]): readonly Group[] {
  return groupsOf(path, ({ location }) => `${location.actor} ${location.operation}`);
}

/** The steps of an actor from the call of a procedure until it returns, the outer calls first. */
function byCall(path: readonly TakenStep[]): readonly Group[] {
  const groups: { readonly depth: number; readonly steps: number[] }[] = [];
  const open = new Map<number, { readonly frame: Frame; readonly steps: number[] }[]>();
  for (const [position, { location }] of path.entries()) {
    const calls = open.get(location.actor) ?? [];
    open.set(location.actor, calls);
    const same = location.stack.findIndex((frame, depth) => calls[depth]?.frame !== frame);
    calls.length = Math.min(calls.length, same < 0 ? location.stack.length : same);
    for (const frame of location.stack.slice(calls.length)) {
      const steps: number[] = [];
      groups.push({ depth: calls.length, steps });
      calls.push({ frame, steps });
    }
    for (const { steps } of calls) steps.push(position);
  }
  const calls = groups.filter(({ steps }) => steps.length > 1).reverse();
  return calls.sort((one, other) => one.depth - other.depth).map(({ steps }) => steps);
}

/**
 * A lock and its unlock, or a count up and down: a change by an actor, and the next change that restores the old value.
 */
function undone(path: readonly TakenStep[], shared: SharedSlots): readonly Group[] {
  const pairs: Group[] = [];
  for (const [position, { location, before, outcome }] of path.entries()) {
    for (const slot of changedSlots(shared, before, outcome.state)) {
      const back = path.findIndex(
        (later, then) =>
          then > position &&
          later.location.actor === location.actor &&
          change(later, slot) !== 0 &&
          change(later, slot) === at(before, slot) - at(outcome.state, slot),
      );
      if (back >= 0) pairs.push([position, back]);
    }
  }
  return pairs.reverse();
}

function change({ before, outcome }: TakenStep, slot: SlotIndex): number {
  return at(outcome.state, slot) - at(before, slot);
}

/** Groups steps with the same key. The group that begins last comes first. */
function groupsOf(path: readonly TakenStep[], keyOf: (step: TakenStep) => number | string): readonly Group[] {
  const groups = new Map<number | string, number[]>();
  for (const [position, step] of path.entries()) {
    const group = groups.get(keyOf(step)) ?? [];
    group.push(position);
    groups.set(keyOf(step), group);
  }
  return [...groups.values()].reverse();
}
