/**
 * Finds the steps of a path that the violation at its end needs: it executes the path again without the effects of
 * other steps. A shortest path has no unnecessary step, because an actor that frees a page must take the locks first.
 * So steps are not removed. The actor still takes the step and must reach the same location, but the step's effect on
 * shared variables is undone. If the whole path can be taken like this and ends in the same violation, the step does
 * not matter.
 *
 * The remaining steps must make the same changes as before. Otherwise the steps that take a reference and that drop the
 * last one could both be left out, and another step would free the page where it only unmapped it before.
 */
import type { State } from "../ir/evaluate.ts";
import { executeStep, initialState } from "../ir/interpreter.ts";
import { at } from "../ir/lookup.ts";
import { firstSlot, type Program } from "../ir/program.ts";
import type { Violation } from "./format.ts";
import { groupsToLeaveOut } from "./leave-out.ts";
import type { LoopStep } from "./loops-at-end.ts";
import { seesWhatOthersChange } from "./observed-changes.ts";
import { changedSlots, type SharedSlots, sharedSlots } from "./shared-slots.ts";
import { takeStep } from "./take-step.ts";
import type { TakenStep } from "./taken-step.ts";
import { type Subject, violationOf } from "./violation.ts";

/**
 * The limit of executed steps: some seconds on a slow machine. Steps that were not tried by then count as mattering.
 */
const mostSteps = 200_000;

/** Judging a livelock explores all states that can follow, each time. */
const mostLivelocks = 30;

/** For each step, whether it matters. The last step always matters; if nothing is violated, all steps matter. */
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
  // The steps of a cycle are what never ends.
  const firstKept = violation.repeats === undefined ? last : violation.repeats - 1;
  // A step that changes nothing has no effect to undo.
  const changing = path.map(({ before, outcome }) => changedSlots(shared, before, outcome.state).length > 0);
  const acting = leaveOut(path.map((_, position) => position >= firstKept));
  const sees = (position: number) => seesWhatOthersChange(subject.program, path, acting, position);
  // The effects of steps that saw something count too. They may need further steps: an unlock needs its lock.
  return leaveOut(acting.map((acts, position) => acts || sees(position)));

  /** Leaves out as many steps as it can find, but keeps those in `kept`. */
  function leaveOut(kept: readonly boolean[]): readonly boolean[] {
    const matters = changing.map((changes, position) => changes || kept[position] === true);
    let steps = mostSteps;
    let judgements = violation.kind === "livelock" ? mostLivelocks : mostSteps;
    // A step that only left-out steps needed can be left out in the next round.
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

/**
 * Whether the path still ends in the same violation if the effects of the other steps on shared variables are undone.
 */
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
  const again: LoopStep[] = [];
  for (const [position, recorded] of path.entries()) {
    const { location, described } = recorded;
    const taken = executeStep(program, state, location.id, described.choice.number);
    if (taken === undefined || !isAtTheSamePlace(program, location.actor, taken.state, recorded.outcome.state))
      return false;
    if (position === path.length - 1) last = takeStep(program, state, location, described.choice.number, position + 1);
    // An unlock without its lock leaves the range of the counter, but its effect is undone anyway.
    else if (matters[position] === true && taken.rangeError !== undefined) return false;
    again.push({ location, before: state, outcome: taken });
    const after = { from: state, to: taken.state };
    if (matters[position] !== true) state = withoutEffect(shared, after);
    else if (changesTheSame(shared, { from: recorded.before, to: recorded.outcome.state }, after)) state = taken.state;
    else return false;
  }
  const found = violationOf(subject, property, { state, last, path: again });
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

/** A counter needs only the same difference, and must become 0 exactly if it became 0 before. */
function changesTheSame({ all, counters }: SharedSlots, one: StateChange, other: StateChange): boolean {
  return all.every((slot) => {
    const [from, to] = [at(one.from, slot), at(one.to, slot)];
    const [otherFrom, otherTo] = [at(other.from, slot), at(other.to, slot)];
    if (from === to) return otherFrom === otherTo;
    if (counters.has(slot)) return to - from === otherTo - otherFrom && (to === 0) === (otherTo === 0);
    return from === otherFrom && to === otherTo;
  });
}

/** Ignores the cause and, for a livelock, the message, because it contains a number of states. */
function isSame(one: Violation, other: Violation): boolean {
  const told = ({ because: _, repeats: __, blocked, ...violation }: Violation) => ({
    ...violation,
    message: violation.kind === "livelock" ? "" : violation.message,
    blocked: blocked?.map(({ waits: _, ...each }) => each),
  });
  return JSON.stringify(told(one)) === JSON.stringify(told(other));
}

function count(flags: readonly boolean[]): number {
  return flags.filter((flag) => flag).length;
}
