/** Of all shortest paths to a violation, the one to show. */
import type { Program } from "../../ir/program.ts";
import type { Move } from "../contract/search-types.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { type Edge, lastLevel, movesOf, type PathGraph } from "./trace-reconstruction.ts";

/** By actor: the fewest switches in the rest of a path whose next move is the actor's. */
type Costs = ReadonlyMap<number, number>;

/**
 * The path with the fewest switches between actors; among equals, the one whose first differing move is least by actor,
 * location and choice. What remains to be paid is known backwards from the end; the path is then read forwards, always
 * taking the least move among those that keep the total.
 */
export function choosePath(program: Program, graph: PathGraph, candidate: Candidate): readonly Move[] {
  const actorOf = ({ location }: Move): number => program.locations[location]?.actor ?? -1;
  const last = lastLevel(candidate);
  const lastEdges = new Map<number, Edge[]>();
  for (const { parent, move } of candidate.moves) {
    const edges = lastEdges.get(parent) ?? [];
    if (move !== -1) edges.push({ move: movesOf(move), to: undefined });
    lastEdges.set(parent, edges);
  }
  const edgesAt = (level: number, state: number): readonly Edge[] =>
    (level === last ? lastEdges.get(state) : graph[level]?.get(state)) ?? [];

  /** By level, and then by state: in different levels, states may have the same index. */
  const costs: Map<number, Costs>[] = [];
  /** The rest of a path from the edge's end, the switch there included; undefined where no path goes on. */
  const rest = (level: number, { move, to }: Edge): number | undefined => {
    if (to === undefined) return 0;
    const known = costs[level + 1]?.get(to);
    return known === undefined
      ? undefined
      : least(
          [...known].map(([actor, cost]) => cost + (actor === actorOf(move) ? 0 : 1)),
          0,
        );
  };
  for (let level = last; level >= 0; level--) {
    const ofLevel = new Map<number, Costs>();
    costs[level] = ofLevel;
    const states = level === last ? lastEdges : (graph[level] ?? new Map<number, readonly Edge[]>());
    for (const state of states.keys()) {
      const own = new Map<number, number>();
      let ends = level === last && edgesAt(level, state).length === 0;
      for (const edge of edgesAt(level, state)) {
        const cost = rest(level, edge);
        if (cost === undefined) continue;
        ends = true;
        const actor = actorOf(edge.move);
        own.set(actor, Math.min(cost, own.get(actor) ?? Number.POSITIVE_INFINITY));
      }
      if (ends) ofLevel.set(state, own);
    }
  }

  const path: Move[] = [];
  let [state, previous]: [number | undefined, number | undefined] = [initialState(graph, lastEdges, last), undefined];
  for (let level = 0; level <= last && state !== undefined; level++) {
    let best: { edge: Edge; cost: number } | undefined;
    for (const edge of edgesAt(level, state)) {
      const after = rest(level, edge);
      if (after === undefined) continue;
      const cost = after + (previous === undefined || previous === actorOf(edge.move) ? 0 : 1);
      if (best === undefined || cost < best.cost || (cost === best.cost && comesBefore(edge.move, best.edge.move)))
        best = { edge, cost };
    }
    if (best === undefined) break;
    path.push(best.edge.move);
    previous = actorOf(best.edge.move);
    state = best.edge.to;
  }
  if (path.length !== candidate.length)
    throw new Error(`a trace of ${candidate.length} moves was found to have ${path.length}`);
  return path;
}

function initialState(graph: PathGraph, lastEdges: ReadonlyMap<number, unknown>, last: number): number | undefined {
  const [first] = last === 0 ? lastEdges.keys() : (graph[0]?.keys() ?? []);
  return first;
}

function least(values: readonly number[], ofNone: number): number {
  return values.length === 0 ? ofNone : Math.min(...values);
}

/** An actor's locations follow each other, so their order is the order of actors too. */
function comesBefore(a: Move, b: Move): boolean {
  return a.location < b.location || (a.location === b.location && a.choice < b.choice);
}
