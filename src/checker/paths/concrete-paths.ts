/**
 * With symmetries, the search stores one of the states that differ by a permutation of elements, and its paths jump from a
 * successor to the successor's stored form. This file turns them into paths with steps of the program itself. From the
 * initial state on, it keeps for each state the stored form and the permutations between the two. It gives all paths of
 * an unreduced search, so the choice of the path to show does not depend on the reduction.
 */
import { type Branded, type LocationId, locationId } from "../../ir/indices.ts";
import { executeStep, initialState } from "../../ir/interpreter.ts";
import { type Layout, pack, unpack } from "../../ir/layout.ts";
import { at } from "../../ir/lookup.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { canonicalState, inverse, type Permutation, permuteState } from "../../ir/symmetry.ts";
import { levelOf, type StateIndex } from "../contract/indices.ts";
import { noMove, type PackedMove, packMove, unpackMove } from "../contract/packed-move.ts";
import type { Move } from "../contract/search-types.ts";
import { compareWords } from "../violations/compare-words.ts";
import { type Candidate, type LastMove, rangeErrorBitNumber } from "../violations/violation-candidates.ts";
import { type Edge, lastLevel, type PathGraph, type StoredPaths } from "./trace-reconstruction.ts";

/** By symmetry: the permutation from the stored form to the state. */
type Permutations = readonly Permutation[];

/** A state of the program itself. States are numbered in the order in which the paths reach them. */
type ConcreteId = Branded<"concrete state">;

interface Node {
  readonly id: ConcreteId;
  readonly state: Int32Array;
  readonly forms: Map<string, { readonly stored: StateIndex; readonly permutations: Permutations }>;
}

export interface ConcretePaths {
  readonly graph: PathGraph<ConcreteId>;
  readonly candidates: readonly Candidate<ConcreteId>[];
}

/** Turns a graph of stored states into one of concrete states. */
export function concretePaths(
  program: Program,
  { layout, symmetries }: { readonly layout: Layout; readonly symmetries: readonly Symmetry[] },
  { graph, wordsOf, initial }: StoredPaths,
  candidates: readonly Candidate[],
): ConcretePaths {
  let nodes = 0;
  const found = candidates.map((): Reached[] => []);
  const levels: Map<ConcreteId, Edge<ConcreteId>[]>[] = [];

  const start = initialState(program);
  let frontier = new Map<string, Node>();
  const toStart = canonicalState(symmetries, start).permutations.map(inverse);
  reach(frontier, start, initial, toStart);
  const deepest = Math.max(...candidates.map(lastLevel));
  for (let level = levelOf(0); level <= deepest; level++) {
    const edges = new Map<ConcreteId, Edge<ConcreteId>[]>();
    const next = new Map<string, Node>();
    for (const node of frontier.values()) {
      for (const { stored, permutations } of node.forms.values()) {
        for (const { move, to } of at(graph, level).get(stored) ?? []) {
          if (to === undefined) continue;
          const raw = successor(unpack(layout, wordsOf(level, stored)), move);
          const reached = reach(next, permuted(raw, permutations), to, backFrom(raw, permutations));
          for (const own of movesInto(node.state, move, permutations, reached.state))
            addEdge(edges, node.id, own, reached.id);
        }
        for (const [position, candidate] of candidates.entries()) {
          if (lastLevel(candidate) !== level) continue;
          for (const { parent, move } of candidate.moves)
            if (parent === stored) at(found, position).push(...lastMoves(node, candidate, move, permutations));
        }
      }
    }
    levels.push(edges);
    frontier = next;
  }
  return {
    graph: levels,
    candidates: candidates.map((candidate, position) => ({ ...candidate, ...leastReached(at(found, position)) })),
  };

  function reach(into: Map<string, Node>, state: Int32Array, stored: StateIndex, permutations: Permutations): Node {
    const key = state.join();
    const node = into.get(key) ?? { id: nodes++ as ConcreteId, state, forms: new Map() };
    into.set(key, node);
    node.forms.set(`${stored} ${permutations.join(" ")}`, { stored, permutations });
    return node;
  }

  function successor(from: Int32Array, { location, choice }: Move): Int32Array {
    const outcome = executeStep(program, from, location, choice);
    if (outcome === undefined) throw new Error("a step on a shortest path is not enabled");
    return outcome.state;
  }

  function permuted(state: Int32Array, permutations: Permutations): Int32Array {
    return symmetries.reduce((now, symmetry, i) => permuteState(symmetry, now, at(permutations, i)), state);
  }

  /** From the stored form of a successor to the permuted successor. */
  function backFrom(raw: Int32Array, permutations: Permutations): Permutations {
    return canonicalState(symmetries, raw).permutations.map((permutation, i) =>
      inverse(permutation).map((element) => at(at(permutations, i), element)),
    );
  }

  /**
   * The permuted move. Its choices may be numbered differently, so their target states identify them. A step that leaves
   * a range has no target; the state before it takes the place of the target.
   */
  function movesInto(from: Int32Array, { location: stored }: Move, permutations: Permutations, to: Int32Array): Move[] {
    const location = permutedLocation(program, symmetries, permutations, stored);
    const choices = Array.from({ length: at(program.locations, location).choices }, (_, choice) => choice);
    const leadsThere = (choice: number): boolean => {
      const outcome = executeStep(program, from, location, choice);
      return outcome !== undefined && sameState(outcome.rangeError === undefined ? outcome.state : from, to);
    };
    return choices.filter(leadsThere).map((choice) => ({ location, choice }));
  }

  /** The last moves that the stored one represents, with their targets. */
  function lastMoves(node: Node, { bit }: Candidate, packed: PackedMove, permutations: Permutations): Reached[] {
    if (packed === noMove) return [{ parent: node.id, move: noMove, target: pack(layout, node.state) }];
    const move = unpackMove(packed);
    const stored = unpackedForm(node, permutations);
    const target = bit === rangeErrorBitNumber ? node.state : permuted(successor(stored, move), permutations);
    return movesInto(node.state, move, permutations, target).map((own) => ({
      parent: node.id,
      move: packMove(own),
      target: pack(layout, target),
    }));
  }

  function unpackedForm({ state }: Node, permutations: Permutations): Int32Array {
    return symmetries.reduce((now, symmetry, i) => permuteState(symmetry, now, inverse(at(permutations, i))), state);
  }
}

interface Reached extends LastMove<ConcreteId> {
  readonly target: Uint32Array;
}

/** The moves into the least target. */
function leastReached(reached: readonly Reached[]): Pick<Candidate<ConcreteId>, "target" | "moves"> {
  const [target] = reached.map((one) => one.target).sort(compareWords);
  if (target === undefined) throw new Error("no path leads to a violation that was found");
  const moves: LastMove<ConcreteId>[] = [];
  for (const { parent, move, target: own } of reached) {
    if (compareWords(own, target) !== 0) continue;
    if (!moves.some((known) => known.parent === parent && known.move === move)) moves.push({ parent, move });
  }
  return { target, moves };
}

function sameState(a: Int32Array, b: Int32Array): boolean {
  return a.every((value, slot) => value === b[slot]);
}

function addEdge(edges: Map<ConcreteId, Edge<ConcreteId>[]>, from: ConcreteId, move: Move, to: ConcreteId): void {
  const known = edges.get(from) ?? [];
  edges.set(from, known);
  if (!known.some((edge) => edge.to === to && packMove(edge.move) === packMove(move))) known.push({ move, to });
}

/** The same location in the program of the actor that replaces this one. */
function permutedLocation(
  program: Program,
  symmetries: readonly Symmetry[],
  permutations: Permutations,
  location: LocationId,
): LocationId {
  const { actor } = at(program.locations, location);
  for (const [i, symmetry] of symmetries.entries()) {
    const { actors = [] } = symmetry;
    const element = actors.indexOf(actor);
    if (element < 0) continue;
    const other = at(actors, at(at(permutations, i), element));
    return locationId(location - at(program.actors, actor).first + at(program.actors, other).first);
  }
  return location;
}
