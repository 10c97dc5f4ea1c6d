/**
 * The search that is obviously right: one thread, the interpreter, a set of whole states, nothing clever. It judges the
 * fast search in the tests, and it is the place to read what a search of this checker means:
 *
 * - States are explored breadth first, level by level, from the initial state.
 * - A step that violates a property ends its way: the state it leads to is neither counted nor explored.
 * - Every enabled step (actor and choice) of every state counts as a transition, violating ones included.
 * - The depth is that of the deepest level that holds a state.
 */
import { type EvaluationContext, evaluate, type State } from "../ir/evaluate.ts";
import { type EmittedEvent, executeStep, initialState } from "../ir/interpreter.ts";
import type { Location, Program } from "../ir/program.ts";
import type { Check, Property } from "../ir/property.ts";
import { hasFinished, restingPlaces } from "../ir/resting-places.ts";
import { stepNames } from "../ir/step-vocabulary.ts";

export interface ReferenceResult {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** False where `maxDepth` left states unexplored. */
  readonly complete: boolean;
  /** The length in steps of the shortest violation of each violated property. */
  readonly violations: ReadonlyMap<string, number>;
  /** What left its range, if anything did. */
  readonly rangeError: string | undefined;
  /** Ids of the locations whose step was taken. */
  readonly reached: ReadonlySet<number>;
  /** Names of the properties of which a premise held. */
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
  const seen = new Set<string>();
  const violations = new Map<string, number>();
  const reached = new Set<number>();
  const tested = new Set<string>();
  let rangeError: string | undefined;
  let transitions = 0;
  let depth = 0;
  let frontier: State[] = [];

  function add(state: State): void {
    const key = keyOf(state);
    if (seen.has(key)) return;
    seen.add(key);
    options.onState?.(state);
    frontier.push(state);
  }

  function violate(broken: ReadonlySet<string>, length: number): void {
    for (const property of broken) if (!violations.has(property)) violations.set(property, length);
  }

  const start = initialState(program);
  const brokenAtStart = new Set(properties.filter((property) => breaksState(property, start)).map(({ name }) => name));
  violate(brokenAtStart, 0);
  if (brokenAtStart.size === 0) add(start);

  for (let level = 0; frontier.length > 0; level++) {
    depth = level;
    if (level === options.maxDepth) break;
    const states = frontier;
    frontier = [];
    for (const before of states) {
      const steps = takeAllSteps(before, level);
      if (steps === 0 && !hasFinished(program, before)) {
        violate(
          new Set(
            properties.filter(({ checks }) => checks.some(({ kind }) => kind === "deadlock")).map(({ name }) => name),
          ),
          level,
        );
      }
    }
  }
  return {
    states: seen.size,
    transitions,
    depth,
    complete: frontier.length === 0,
    violations,
    rangeError,
    reached,
    tested,
  };

  /** Adds every successor; gives the number of enabled steps. */
  function takeAllSteps(before: State, level: number): number {
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
          continue;
        }
        const failed = new Set(outcome.failures.map(({ property }) => property));
        const broken = new Set<string>();
        const known = seen.has(keyOf(outcome.state));
        for (const property of properties) {
          const byAssertion = failed.has(property.name);
          const byStep = breaksStep(property, before, outcome.state, location, outcome.events);
          // A state that was added broke nothing.
          const byState = !known && breaksState(property, outcome.state);
          if (byAssertion || byStep || byState) broken.add(property.name);
        }
        violate(broken, level + 1);
        if (broken.size === 0) add(outcome.state);
      }
    }
    return steps;
  }

  function breaksState(property: Property, state: State): boolean {
    return property.checks.filter((check) => check.kind === "state" && fails(property, check, state, {})).length > 0;
  }

  function breaksStep(
    property: Property,
    old: State,
    state: State,
    location: Location,
    events: readonly EmittedEvent[],
  ): boolean {
    let broken = false;
    for (const check of property.checks) {
      if (check.kind !== "step") continue;
      const step = stepNames(program, location);
      const occasions =
        check.event === undefined ? [[]] : events.filter(({ event }) => event === check.event).map(({ args }) => args);
      for (const args of occasions) if (fails(property, check, state, { old, args, step })) broken = true;
    }
    return broken;
  }

  /** A check whose premise is false holds. */
  function fails(
    property: Property,
    check: Extract<Check, { condition: unknown }>,
    state: State,
    context: EvaluationContext,
  ): boolean {
    if (check.premise !== undefined && evaluate(program, check.premise, state, context) === 0) return false;
    tested.add(property.name);
    return evaluate(program, check.condition, state, context) === 0;
  }
}

/** The whole state as text. */
function keyOf(state: State): string {
  return Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString("latin1");
}
