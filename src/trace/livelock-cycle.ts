/**
 * A run that never ends: from a state from which not all actors can finish, a path into a set of states that nothing
 * leaves, and a cycle there. A livelock without a cycle would only be a claim about many states.
 */
import type { State } from "../ir/evaluate.ts";
import type { LocationId } from "../ir/indices.ts";
import { executeStep } from "../ir/interpreter.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import { restingPlaces } from "../ir/resting-places.ts";
import type { Violation } from "./format.ts";
import type { TakenStep } from "./taken-step.ts";

export interface PlannedStep {
  readonly location: LocationId;
  readonly choice: number;
}

interface Edge extends PlannedStep {
  readonly actor: number;
  readonly to: number;
}

/** The edge by which a breadth-first search first came to a state or position; the start has none. */
interface Arrival {
  readonly from: number;
  readonly edge: Edge;
}

/** The steps out of each state. State 0 is the first one; the others are in the order of their distance from it. */
type Graph = readonly (readonly Edge[])[];

/** So many states are looked at, and so many pairs of a state and a set of actors. Some tens of megabytes. */
const [mostStates, mostPairs] = [20_000, 200_000];
/** So often a smaller set of states is tried. */
const mostTries = 100;

/**
 * The steps from the state into a cycle and once around it. In the cycle every actor moves that can move there, if that
 * is not too much to look for. Empty if no cycle is found within the limits.
 */
export function stepsAroundCycle(program: Program, from: State): readonly PlannedStep[] {
  const graph = graphFrom(program, from);
  const part = closedPart(graph);
  if (part === undefined) return [];
  const into = shortestPath(graph, 0, (state) => part.has(state));
  const entry = into.at(-1)?.to ?? 0;
  return [...into, ...shortestCycle(graph, part, entry)].map(({ location, choice }) => ({ location, choice }));
}

/** For a livelock, which steps repeat: those since the path was first in the state in which it ends. */
export function withCycle(violation: Violation, path: readonly TakenStep[]): Violation {
  if (violation.kind !== "livelock") return violation;
  const end = path.at(-1)?.outcome.state.join();
  const repeats = path.findIndex(({ before }) => before.join() === end) + 1;
  if (repeats === 0) return violation;
  return { ...violation, message: withRepetition(violation.message, repeats, path.length), repeats };
}

/** `last`: the number of the last step. */
export function withRepetition(message: string, repeats: number, last: number): string {
  const steps = repeats === last ? `step ${repeats}` : `steps ${repeats} to ${last}`;
  return `${message}; from here the run can repeat ${steps} for ever`;
}

function graphFrom(program: Program, from: State): Graph {
  const numbers = new Map([[from.join(), 0]]);
  const waiting: State[] = [from];
  const graph: Edge[][] = [];
  // An iterator also visits what is added meanwhile.
  for (const state of waiting) {
    const edges: Edge[] = [];
    for (const { id: location, actor, choices } of restingPlaces(program, state)) {
      for (let choice = 0; choice < choices; choice++) {
        const outcome = executeStep(program, state, location, choice);
        if (outcome === undefined || outcome.rangeError !== undefined) continue;
        const key = outcome.state.join();
        const to = numbers.get(key) ?? numbers.size;
        if (to === mostStates) continue;
        if (!numbers.has(key)) {
          numbers.set(key, to);
          waiting.push(outcome.state);
        }
        edges.push({ actor, location, choice, to });
      }
    }
    graph.push(edges);
  }
  return graph;
}

/** States that all reach each other, and that lead nowhere else but to states without a step. */
function closedPart(graph: Graph): ReadonlySet<number> | undefined {
  const back = reversed(graph);
  let start = 0;
  for (let tries = 0; tries < mostTries; tries++) {
    const ahead = reached(start, (state) => at(graph, state).map(({ to }) => to));
    const returning = reached(start, (state) => at(back, state).filter((from) => ahead.has(from)));
    const away = [...ahead].filter((state) => !returning.has(state) && at(graph, state).length > 0).at(-1);
    if (away === undefined) {
      const moves = [...returning].some((state) => at(graph, state).some(({ to }) => returning.has(to)));
      return moves ? returning : undefined;
    }
    start = away;
  }
  return undefined;
}

function reversed(graph: Graph): readonly (readonly number[])[] {
  const back: number[][] = graph.map(() => []);
  for (const [from, edges] of graph.entries()) for (const { to } of edges) at(back, to).push(from);
  return back;
}

function reached(start: number, next: (state: number) => readonly number[]): Set<number> {
  const found = new Set([start]);
  for (const state of found) for (const to of next(state)) found.add(to);
  return found;
}

function shortestPath(graph: Graph, from: number, isEnd: (state: number) => boolean): readonly Edge[] {
  const arrivals = new Map<number, Arrival | undefined>([[from, undefined]]);
  for (const state of arrivals.keys()) {
    if (isEnd(state)) return pathTo(state, arrivals);
    for (const edge of at(graph, state)) if (!arrivals.has(edge.to)) arrivals.set(edge.to, { from: state, edge });
  }
  return [];
}

/** From `entry` back to it, within `part`. A position is a state together with the actors that have moved. */
function shortestCycle(graph: Graph, part: ReadonlySet<number>, entry: number): readonly Edge[] {
  const inside = (state: number) => at(graph, state).filter(({ to }) => part.has(to));
  const all = [...new Set([...part].flatMap((state) => inside(state).map(({ actor }) => actor)))];
  const actors = part.size * 2 ** all.length > mostPairs ? [] : all;
  const sets = 2 ** actors.length;
  const arrivals = new Map<number, Arrival | undefined>([[entry * sets, undefined]]);
  const wanted = entry * sets + sets - 1;
  for (const position of arrivals.keys()) {
    const moved = position % sets;
    for (const edge of inside(Math.floor(position / sets))) {
      const actor = actors.indexOf(edge.actor);
      const to = edge.to * sets + (actor < 0 ? moved : moved | (1 << actor));
      if (to === wanted) return [...pathTo(position, arrivals), edge];
      if (!arrivals.has(to)) arrivals.set(to, { from: position, edge });
    }
  }
  return [];
}

function pathTo(end: number, arrivals: ReadonlyMap<number, Arrival | undefined>): readonly Edge[] {
  const edges: Edge[] = [];
  for (let step = arrivals.get(end); step !== undefined; step = arrivals.get(step.from)) edges.push(step.edge);
  return edges.reverse();
}
