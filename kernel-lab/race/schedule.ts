/**
 * From a counterexample to a schedule that a real kernel can be driven through: which actor runs, in turn, and where it
 * stops. A trace takes the steps in one of many orders that end in the same violation, and in most of them an actor
 * stops where a real thread cannot be held. So this looks for the order with the cheapest stops. The interpreter
 * decides whether an order is possible and how it ends.
 */
import type { State } from "../../src/ir/evaluate.ts";
import type { LocationId } from "../../src/ir/indices.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { at } from "../../src/ir/lookup.ts";
import type { Location, Program } from "../../src/ir/program.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import type { Trace } from "../../src/trace/format.ts";
import { takeStep } from "../../src/trace/take-step.ts";
import { type Subject, violationOf } from "../../src/trace/violation.ts";

/** A run of steps of one actor. */
export interface Piece {
  readonly actor: string;
  readonly steps: readonly Location[];
  /** The step before which the actor stops, in the middle of an operation; undefined if it has ended its operation. */
  readonly stopsBefore: Location | undefined;
}

export interface Schedule {
  readonly pieces: readonly Piece[];
  /** The stops at which no thread can be held, although every other order of the steps needs one as well. */
  readonly impossible: readonly Location[];
}

/** What a stop before a step costs, from 0; undefined if no thread can be held there. */
export type StopCost = (place: Location) => number | undefined;

/** A thread that waits between two operations is only a thread that has not been told to go on. */
const switchCost = 1;
const impossibleCost = 1000;
/** More orders than this are not tried. A trace of three actors and thirty steps needs some thousands. */
const mostNodes = 100_000;

interface Move {
  readonly location: LocationId;
  readonly choice: number;
}

interface Node {
  readonly state: State;
  /** How many of its recorded steps each actor has taken. */
  readonly taken: readonly number[];
  /** The actor that runs. */
  readonly runs: number;
  readonly cost: number;
  readonly before: Node | undefined;
  /** The step that led here; undefined if another actor was switched to. */
  readonly step: Location | undefined;
}

/** Throws if the trace is not one of the subject's: replay it first. */
export function scheduleOf(trace: Trace, subject: Subject, costOf: StopCost): Schedule {
  const { program } = subject;
  const moves = recordedMoves(trace, program);
  const last = at(trace.steps, trace.steps.length - 1);
  const queue: Node[][] = [];
  const seen = new Set<string>();
  let nodes = 0;

  const start = initialState(program);
  const taken = program.actors.map(() => 0);
  for (const [runs, own] of moves.entries()) {
    if (own.length > 0) add({ state: start, taken, runs, cost: 0, before: undefined, step: undefined });
  }
  for (let cost = 0; cost < queue.length; cost++) {
    for (const bucket = queue[cost] ?? []; bucket.length > 0; ) {
      const node = bucket.pop();
      if (node === undefined || seen.has(keyOf(node))) continue;
      seen.add(keyOf(node));
      if (nodes++ > mostNodes) throw new Error(`more than ${mostNodes} orders of the steps`);
      const end = goOn(node);
      if (end !== undefined) return asSchedule(program, end, costOf);
    }
  }
  throw new Error("the steps of the trace do not end in its violation");

  function add(node: Node): void {
    const bucket = queue[node.cost];
    if (bucket === undefined) queue[node.cost] = [node];
    else bucket.push(node);
  }

  /** Adds what can follow a node. Gives the node behind the last step, if that violates the property. */
  function goOn(node: Node): Node | undefined {
    const places = restingPlaces(program, node.state);
    const place = at(places, node.runs);
    switchFrom(node, place);
    for (const choice of choicesAt(node, place)) {
      const outcome = executeStep(program, node.state, place.id, choice);
      if (outcome === undefined) continue;
      // Steps behind the recorded ones are not counted, so that a loop leads back to the same node.
      const counts = node.taken.map((count, one) =>
        one === node.runs ? Math.min(count + 1, at(moves, one).length) : count,
      );
      const next: Node = { ...node, state: outcome.state, taken: counts, before: node, step: place };
      if (mayBeLast(next, place) && violates(node.state, place, choice)) return next;
      if (outcome.rangeError === undefined) add(next);
    }
    return undefined;
  }

  function switchFrom(node: Node, place: Location): void {
    const stop = isInside(node, place) ? (costOf(place) ?? impossibleCost) : 0;
    for (const [runs, own] of moves.entries()) {
      if (runs === node.runs || own.length === 0 || node.step === undefined) continue;
      add({ ...node, runs, cost: node.cost + switchCost + stop, before: node, step: undefined });
    }
  }

  /** The recorded choice. Behind its recorded steps, an actor may only go on to the end of its operation. */
  function choicesAt(node: Node, place: Location): readonly number[] {
    const own = at(moves, node.runs);
    const move = own[at(node.taken, node.runs)];
    if (move !== undefined) return move.location === place.id ? [move.choice] : [];
    const ended = own.at(-1);
    if (ended === undefined || activation(place) !== activation(at(program.locations, ended.location))) return [];
    return Array.from({ length: place.choices }, (_, choice) => choice);
  }

  function mayBeLast({ taken: counts }: Node, { procedure, label, actor }: Location): boolean {
    if (counts.every((count, one) => count >= at(moves, one).length)) return true;
    return procedure === last.procedure && label === last.label && at(program.actors, actor).name === last.actor;
  }

  function violates(before: State, place: Location, choice: number): boolean {
    const step = takeStep(program, before, place, choice, 1);
    return (
      step !== undefined &&
      violationOf(subject, trace.property, { state: step.outcome.state, last: step }) !== undefined
    );
  }
}

/** Whether an actor that rests before `place` is in the middle of an operation. */
function isInside(node: Node, place: Location): boolean {
  for (let one: Node | undefined = node; one !== undefined; one = one.before) {
    if (one.step?.actor === place.actor) return activation(one.step) === activation(place);
  }
  return false;
}

/** One call of an operation: the frame that the actor's program makes for it; undefined if a program has no calls. */
function activation(place: Location): unknown {
  return place.body.length === 0 ? undefined : (place.stack[1] ?? place.stack[0]);
}

function keyOf({ state, taken, runs }: Node): string {
  const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength);
  return `${runs} ${taken.join(" ")} ${bytes.toString("latin1")}`;
}

/** By actor. */
function recordedMoves(trace: Trace, program: Program): readonly (readonly Move[])[] {
  const moves = program.actors.map((): Move[] => []);
  let state = initialState(program);
  for (const { n, actor, choice } of trace.steps) {
    const place = restingPlaces(program, state).find((one) => at(program.actors, one.actor).name === actor);
    const outcome = place && executeStep(program, state, place.id, choice.number);
    if (place === undefined || outcome === undefined) throw new Error(`step ${n} of the trace cannot be taken`);
    at(moves, place.actor).push({ location: place.id, choice: choice.number });
    state = outcome.state;
  }
  return moves;
}

function asSchedule(program: Program, end: Node, costOf: StopCost): Schedule {
  const path: Node[] = [];
  for (let node: Node | undefined = end; node !== undefined; node = node.before) path.unshift(node);
  const pieces: Piece[] = [];
  let steps: Location[] = [];
  for (const [position, node] of path.entries()) {
    if (node.step !== undefined) steps.push(node.step);
    const next = path[position + 1];
    if (next !== undefined && next.step !== undefined) continue;
    const rests = at(restingPlaces(program, node.state), node.runs);
    const stopsBefore = isInside(node, rests) ? rests : undefined;
    if (steps.length > 0) pieces.push({ actor: at(program.actors, node.runs).name, steps, stopsBefore });
    steps = [];
  }
  // The last piece ends in the violation, and need not stop.
  const stops = pieces.slice(0, -1).flatMap(({ stopsBefore }) => stopsBefore ?? []);
  return { pieces, impossible: stops.filter((place) => costOf(place) === undefined) };
}
