/** Chooses the path to show from all shortest paths to a violation. */
import { at, required } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { noMove, unpackMove } from "../contract/packed-move.ts";
import type { Move } from "../contract/search-types.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { type Edge, lastLevel, type PathGraph } from "./trace-reconstruction.ts";

/** By actor: the fewest switches in the rest of a path whose next move belongs to that actor. */
type Costs = ReadonlyMap<number, number>;

/**
 * The path with the fewest switches between actors. Among equals, the one whose first differing move is least by actor,
 * location and choice. A pass backwards from the end computes the switches that remain. A pass forwards then always takes
 * the least move among those that keep the total.
 */
export function choosePath<Id extends number>(
  program: Program,
  graph: PathGraph<Id>,
  candidate: Candidate<Id>,
): readonly Move[] {
  const actorOf = ({ location }: Move): number => at(program.locations, location).actor;
  const last = lastLevel(candidate);
  const lastEdges = new Map<Id, Edge<Id>[]>();
  for (const { parent, move } of candidate.moves) {
    const edges = lastEdges.get(parent) ?? [];
    if (move !== noMove) edges.push({ move: unpackMove(move), to: undefined });
    lastEdges.set(parent, edges);
  }
  // A state has no edges here if only the path to another violation ends there.
  const edgesAt = (level: number, state: Id): readonly Edge<Id>[] =>
    (level === last ? lastEdges : at(graph, level)).get(state) ?? [];

  /** By level, and then by state: in different levels, states may have the same index. */
  const costs: Map<Id, Costs>[] = [];
  /** The rest of a path from the edge's end, including the switch there; undefined if no path goes on. */
  const rest = (level: number, { move, to }: Edge<Id>): number | undefined => {
    if (to === undefined) return 0;
    const known = at(costs, level + 1).get(to);
    return known === undefined
      ? undefined
      : least(
          [...known].map(([actor, cost]) => cost + (actor === actorOf(move) ? 0 : 1)),
          0,
        );
  };
  for (let level = last; level >= 0; level--) {
    const ofLevel = new Map<Id, Costs>();
    costs[level] = ofLevel;
    const states = level === last ? lastEdges : at(graph, level);
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
  let [state, previous]: [Id | undefined, number | undefined] = [initialState(graph, lastEdges, last), undefined];
  for (let level = 0; level <= last && state !== undefined; level++) {
    let best: { edge: Edge<Id>; cost: number } | undefined;
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

function initialState<Id extends number>(graph: PathGraph<Id>, lastEdges: ReadonlyMap<Id, unknown>, last: number): Id {
  const [first] = last === 0 ? lastEdges.keys() : at(graph, 0).keys();
  return required(first, "the initial state of a path");
}

function least(values: readonly number[], ofNone: number): number {
  return values.length === 0 ? ofNone : Math.min(...values);
}

/** An actor's locations follow each other, so their order is the order of actors too. */
function comesBefore(a: Move, b: Move): boolean {
  return a.location < b.location || (a.location === b.location && a.choice < b.choice);
}
