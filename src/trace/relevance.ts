/**
 * Which steps of a path the violation at its end needs, found by executing the path again without the others. A shortest
 * path has no step too many: an actor that is to free a page has to take the locks before. So a step is not taken away;
 * its actor still takes it, and has to come to where it came, but what the step does to what all share is undone. Where
 * the whole path can be taken so, and ends in the same violation, the step does not matter.
 *
 * The steps that are left have to change what they changed. Without that, to take a reference and to drop the last one
 * would both be left out, and the page be freed where it was only unmapped.
 */
import type { State } from "../ir/evaluate.ts";
import { executeStep, initialState } from "../ir/interpreter.ts";
import { at } from "../ir/lookup.ts";
import { firstSlot, type Program } from "../ir/program.ts";
import type { Violation } from "./format.ts";
import { groupsToLeaveOut } from "./leave-out.ts";
import { seesWhatOthersChange } from "./observed-changes.ts";
import { changedSlots, type SharedSlots, sharedSlots } from "./shared-slots.ts";
import { takeStep } from "./take-step.ts";
import type { TakenStep } from "./taken-step.ts";
import { type Subject, violationOf } from "./violation.ts";

/** What is tried ends here, and what was not tried yet is taken to matter: some seconds on a slow machine. */
const mostSteps = 200_000;

/** To judge a livelock, everything that can follow is looked at, each time. */
const mostLivelocks = 30;

/** By step, whether it matters. The last one always does; where nothing is violated, all do. */
export function stepsThatMatter(
  subject: Subject,
  property: string,
  path: readonly TakenStep[],
  violation: Violation,
): readonly boolean[] {
  if (violation.kind === "none") return path.map(() => true);
  const shared = sharedSlots(subject.program);
  const groups = groupsToLeaveOut(path, shared);
  const last = path.length - 1;
  // What changes nothing has nothing to undo.
  const changing = path.map(({ before, outcome }) => changedSlots(shared, before, outcome.state).length > 0);
  const acting = leaveOut(path.map((_, position) => position === last));
  const sees = (position: number) => seesWhatOthersChange(subject.program, path, acting, position);
  // What a step does that saw something counts as well, and that may take others: an unlock takes its lock.
  return leaveOut(acting.map((acts, position) => acts || sees(position)));

  /** As few steps as are found, but all that are to be kept. */
  function leaveOut(kept: readonly boolean[]): readonly boolean[] {
    const matters = changing.map((changes, position) => changes || kept[position] === true);
    let steps = mostSteps;
    let judgements = violation.kind === "livelock" ? mostLivelocks : mostSteps;
    // What was needed only by a step that is left out itself can go in another round.
    for (let before = -1; before !== count(matters); ) {
      before = count(matters);
      for (const group of groups) {
        const left = group.filter((position) => matters[position] && !kept[position]);
        if (left.length === 0 || steps <= 0 || judgements <= 0) continue;
        for (const position of left) matters[position] = false;
        steps -= path.length;
        judgements--;
        if (isViolatedBy(subject, property, path, matters, violation)) continue;
        for (const position of left) matters[position] = true;
      }
    }
    return matters;
  }
}

/** Whether the same violation comes about where what the other steps do to shared variables is undone. */
function isViolatedBy(
  subject: Subject,
  property: string,
  path: readonly TakenStep[],
  matters: readonly boolean[],
  violation: Violation,
): boolean {
  if (path.every((_, position) => matters[position])) return true;
  const { program } = subject;
  const shared = sharedSlots(program);
  let state = initialState(program);
  let last: TakenStep | undefined;
  for (const [position, recorded] of path.entries()) {
    const { location, described } = recorded;
    const taken = executeStep(program, state, location.id, described.choice.number);
    if (taken === undefined || !isAtTheSamePlace(program, location.actor, taken.state, recorded.outcome.state))
      return false;
    if (position === path.length - 1) last = takeStep(program, state, location, described.choice.number, position + 1);
    // An unlock without the lock leaves its range, but it is undone just the same.
    else if (matters[position] === true && taken.rangeError !== undefined) return false;
    const after = { from: state, to: taken.state };
    if (matters[position] !== true) state = withoutEffect(shared, after);
    else if (changesTheSame(shared, { from: recorded.before, to: recorded.outcome.state }, after)) state = taken.state;
    else return false;
  }
  const found = violationOf(subject, property, { state, last });
  return found !== undefined && isSame(found, violation);
}

interface StateChange {
  readonly from: State;
  readonly to: State;
}

function isAtTheSamePlace(program: Program, actor: number, one: State, other: State): boolean {
  const slot = firstSlot(program, at(program.actors, actor).pc);
  return one[slot] === other[slot];
}

function withoutEffect(shared: SharedSlots, { from, to }: StateChange): State {
  const state = to.slice();
  for (const slot of shared.all) state[slot] = at(from, slot);
  return state;
}

/** Of what is counted it is enough that it goes as far up or down, and comes to nothing where it came to nothing. */
function changesTheSame({ all, counters }: SharedSlots, one: StateChange, other: StateChange): boolean {
  return all.every((slot) => {
    const [from, to] = [at(one.from, slot), at(one.to, slot)];
    const [otherFrom, otherTo] = [at(other.from, slot), at(other.to, slot)];
    if (from === to) return otherFrom === otherTo;
    if (counters.has(slot)) return to - from === otherTo - otherFrom && (to === 0) === (otherTo === 0);
    return from === otherFrom && to === otherTo;
  });
}

/** A livelock's message counts the states that are left, which is no part of how it came about; nor is the cause. */
function isSame(one: Violation, other: Violation): boolean {
  const told = ({ because: _, blocked, ...violation }: Violation) => ({
    ...violation,
    message: violation.kind === "livelock" ? "" : violation.message,
    blocked: blocked?.map(({ waits: _, ...each }) => each),
  });
  return JSON.stringify(told(one)) === JSON.stringify(told(other));
}

function count(flags: readonly boolean[]): number {
  return flags.filter((flag) => flag).length;
}
