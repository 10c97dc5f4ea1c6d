/**
 * The search that is obviously right: one thread, the interpreter, a set of whole states, nothing clever. The tests
 * compare the fast search with it, and it is the place to read what a search of this checker means:
 *
 * - States are explored breadth first, level by level, from the initial state.
 * - A step that violates a property ends its path: the state it leads to is neither counted nor explored.
 * - Every enabled step (actor and choice) of every state counts as a transition, violating ones included.
 * - The depth is that of the deepest level that holds a state.
 * - If all states were explored, a state is livelocked if no path leads from it to a state in which every actor has
 *   finished, nor to a violating step (a reported deadlock is a violation). Livelocked states violate the properties that
 *   ask whether all can finish.
 * - Also only then, loops are judged (reference-loops.ts).
 */
import type { State } from "../ir/evaluate.ts";
import type { LocationId } from "../ir/indices.ts";
import { executeStep, initialState } from "../ir/interpreter.ts";
import type { Program } from "../ir/program.ts";
import type { Check, Property } from "../ir/property.ts";
import { hasFinished, restingPlaces } from "../ir/resting-places.ts";
import { type LoopNode, nearestFairLoop, nearestLoneLoop } from "./reference-loops.ts";
import { judgeOf } from "./violations/violated-properties.ts";

export interface ReferenceResult {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** False if `maxDepth` left states unexplored. */
  readonly complete: boolean;
  /** The length in steps of the shortest violation of each violated property. */
  readonly violations: ReadonlyMap<string, number>;
  /** The value that left its range, if any. */
  readonly rangeError: string | undefined;
  /** The locations whose step was taken. */
  readonly reached: ReadonlySet<LocationId>;
  /** The names of properties with a premise that was true. */
  readonly tested: ReadonlySet<string>;
}

export interface ReferenceOptions {
  readonly maxDepth?: number;
  /** Called for every state counted. */
  readonly onState?: (state: State) => void;
}

export function referenceSearch(
  program: Program,
  properties: readonly Property[],
  options: ReferenceOptions = {},
): ReferenceResult {
  const seen = new Map<string, Seen>();
  const violations = new Map<string, number>();
  const reached = new Set<LocationId>();
  const tested = new Set<string>();
  const judge = judgeOf(program, (property) => tested.add(property));
  let rangeError: string | undefined;
  let transitions = 0;
  let depth = 0;
  let frontier: Reached[] = [];
  const ends: Seen[] = [];
  const named = (kind: Check["kind"]): ReadonlySet<string> =>
    new Set(properties.filter(({ checks }) => checks.some((check) => check.kind === kind)).map(({ name }) => name));
  const askForFinish = named("can-finish");
  const askForLoneEnd = named("ends-alone");
  const askForCommonEnd = named("ends-together");
  const askForLoops = askForLoneEnd.size + askForCommonEnd.size > 0;

  function add(state: State, level: number, from: Seen | undefined): Seen {
    const key = keyOf(state);
    let known = seen.get(key);
    if (known === undefined) {
      known = { state, level, from: [], moves: [] };
      seen.set(key, known);
      options.onState?.(state);
      frontier.push({ state, seen: known });
    }
    if (from !== undefined && askForFinish.size > 0) known.from.push(from);
    return known;
  }

  function violate(broken: ReadonlySet<string>, length: number): void {
    for (const property of broken) if (!violations.has(property)) violations.set(property, length);
  }

  const start = initialState(program);
  const brokenAtStart = new Set(properties.filter((property) => judge.state(property, start)).map(({ name }) => name));
  violate(brokenAtStart, 0);
  if (brokenAtStart.size === 0) add(start, 0, undefined);

  for (let level = 0; frontier.length > 0; level++) {
    depth = level;
    if (level === options.maxDepth) break;
    const states = frontier;
    frontier = [];
    for (const before of states) {
      if (takeAllSteps(before, level) > 0) continue;
      const deadlock = hasFinished(program, before.state) ? undefined : named("deadlock");
      if (deadlock !== undefined) violate(deadlock, level);
      if (deadlock?.size !== 0) ends.push(before.seen);
    }
  }
  const complete = frontier.length === 0;
  const livelocked = complete ? firstLivelocked(seen.values(), ends) : undefined;
  if (livelocked !== undefined) violate(askForFinish, livelocked.level);
  for (const [asking, nearest] of [
    [askForLoneEnd, nearestLoneLoop],
    [askForCommonEnd, nearestFairLoop],
  ] as const) {
    const level = complete && asking.size > 0 ? nearest(program, [...seen.values()]) : undefined;
    if (level !== undefined) violate(asking, level);
  }
  return {
    states: seen.size,
    transitions,
    depth,
    complete,
    violations,
    rangeError,
    reached,
    tested,
  };

  /** Adds every successor, and returns the number of enabled steps. */
  function takeAllSteps({ state: before, seen: from }: Reached, level: number): number {
    let steps = 0;
    for (const location of restingPlaces(program, before)) {
      for (let choice = 0; choice < location.choices; choice++) {
        const outcome = executeStep(program, before, location.id, choice);
        if (outcome === undefined) continue;
        steps++;
        transitions++;
        reached.add(location.id);
        if (outcome.rangeError !== undefined) {
          rangeError ??= outcome.rangeError;
          ends.push(from);
          continue;
        }
        const broken = new Set<string>();
        const known = seen.has(keyOf(outcome.state));
        for (const property of properties) {
          const byStep = judge.step(property, before, location, outcome);
          // A state that was added violates nothing.
          const byState = !known && judge.state(property, outcome.state);
          if (byStep || byState) broken.add(property.name);
        }
        violate(broken, level + 1);
        if (broken.size > 0) {
          ends.push(from);
          continue;
        }
        const to = add(outcome.state, level + 1, from);
        if (askForLoops && !outcome.finitelyOften) from.moves.push({ actor: location.actor, to });
      }
    }
    return steps;
  }
}

/** A state that was found, and its predecessors. */
interface Seen extends LoopNode {
  readonly from: Seen[];
}

interface Reached {
  readonly state: State;
  readonly seen: Seen;
}

/** Goes back from the ends of all paths. Returns the first state found that this does not reach. */
function firstLivelocked(all: Iterable<Seen>, ends: readonly Seen[]): Seen | undefined {
  // A set's iterator also visits elements added meanwhile.
  const met = new Set(ends);
  for (const { from } of met) for (const one of from) met.add(one);
  for (const one of all) if (!met.has(one)) return one;
  return undefined;
}

/** The whole state as text. */
function keyOf(state: State): string {
  return Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString("latin1");
}
