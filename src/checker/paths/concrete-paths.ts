/**
 * With symmetries, the search stores one state of those that differ by an exchange of elements, and its paths jump from
 * a successor to the form of it that is stored. This gives the same paths as steps of the program itself: from the
 * initial state forward, it keeps for each state the stored form and the exchange between the two. All paths of an
 * unreduced search come out, so that which one is shown does not depend on the reduction.
 */
import { type LocationId, locationId } from "../../ir/indices.ts";
import { executeStep, initialState } from "../../ir/interpreter.ts";
import { pack, unpack } from "../../ir/layout.ts";
import { at } from "../../ir/lookup.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { canonicalState, inverse, type Permutation, permuteState } from "../../ir/symmetry.ts";
import type { Move } from "../contract/search-types.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import type { PreparedSearch } from "../search-setup.ts";
import { compareWords } from "../violations/compare-words.ts";
import { type Candidate, type LastMove, rangeErrorBitNumber } from "../violations/violation-candidates.ts";
import { type Edge, lastLevel, movesOf, type PathGraph, packedMove } from "./trace-reconstruction.ts";

/** By symmetry: how the elements of the stored form are exchanged to give the state. */
type Exchange = readonly Permutation[];

interface Node {
  readonly id: number;
  readonly state: Int32Array;
  readonly forms: Map<string, { readonly stored: number; readonly exchange: Exchange }>;
}

export interface ConcretePaths {
  readonly graph: PathGraph;
  readonly candidates: readonly Candidate[];
}

/** `graph` and `candidates` are numbered by stored states, what is returned by states of its own. */
export function concretePaths(
  program: Program,
  { layout, symmetries }: Pick<PreparedSearch, "layout" | "symmetries">,
  graph: PathGraph,
  candidates: readonly Candidate[],
  archive: LevelArchive,
): ConcretePaths {
  let nodes = 0;
  const found = candidates.map((): Reached[] => []);
  const levels: Map<number, Edge[]>[] = [];

  const start = initialState(program);
  let frontier = new Map<string, Node>();
  const toStart = canonicalState(symmetries, start).permutations.map(inverse);
  reach(frontier, start, 0, toStart);
  const deepest = Math.max(...candidates.map(lastLevel));
  for (let level = 0; level <= deepest; level++) {
    const edges = new Map<number, Edge[]>();
    const next = new Map<string, Node>();
    for (const node of frontier.values()) {
      for (const { stored, exchange } of node.forms.values()) {
        for (const { move, to } of graph[level]?.get(stored) ?? []) {
          if (to === undefined) continue;
          const raw = successor(unpack(layout, archive.wordsOf(level, stored)), move);
          const reached = reach(next, exchanged(raw, exchange), to, backFrom(raw, exchange));
          for (const own of movesInto(node.state, move, exchange, reached.state))
            addEdge(edges, node.id, own, reached.id);
        }
        for (const [position, candidate] of candidates.entries()) {
          if (lastLevel(candidate) !== level) continue;
          for (const { parent, move } of candidate.moves)
            if (parent === stored) at(found, position).push(...lastMoves(node, candidate, move, exchange));
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

  function reach(into: Map<string, Node>, state: Int32Array, stored: number, exchange: Exchange): Node {
    const key = state.join();
    const node = into.get(key) ?? { id: nodes++, state, forms: new Map() };
    into.set(key, node);
    node.forms.set(`${stored} ${exchange.join(" ")}`, { stored, exchange });
    return node;
  }

  function successor(from: Int32Array, { location, choice }: Move): Int32Array {
    const outcome = executeStep(program, from, location, choice);
    if (outcome === undefined) throw new Error("a step on a shortest path is not enabled");
    return outcome.state;
  }

  function exchanged(state: Int32Array, exchange: Exchange): Int32Array {
    return symmetries.reduce((now, symmetry, i) => permuteState(symmetry, now, at(exchange, i)), state);
  }

  /** From the stored form of a successor to the exchanged successor. */
  function backFrom(raw: Int32Array, exchange: Exchange): Exchange {
    return canonicalState(symmetries, raw).permutations.map((permutation, i) =>
      inverse(permutation).map((element) => at(at(exchange, i), element)),
    );
  }

  /**
   * The exchanged move; its choices may be numbered differently, so they are told by where they lead. A step that leaves
   * a range leads nowhere: the state before it stands for what it leads to.
   */
  function movesInto(from: Int32Array, { location: stored }: Move, exchange: Exchange, to: Int32Array): Move[] {
    const location = exchangedLocation(program, symmetries, exchange, stored);
    const choices = Array.from({ length: at(program.locations, location).choices }, (_, choice) => choice);
    const leadsThere = (choice: number): boolean => {
      const outcome = executeStep(program, from, location, choice);
      return outcome !== undefined && sameState(outcome.rangeError === undefined ? outcome.state : from, to);
    };
    return choices.filter(leadsThere).map((choice) => ({ location, choice }));
  }

  /** The last moves that the stored one stands for, and what they lead to. */
  function lastMoves(node: Node, { bit }: Candidate, packed: number, exchange: Exchange): Reached[] {
    if (packed === -1) return [{ parent: node.id, move: -1, target: pack(layout, node.state) }];
    const move = movesOf(packed);
    const stored = unpackedForm(node, exchange);
    const target = bit === rangeErrorBitNumber ? node.state : exchanged(successor(stored, move), exchange);
    return movesInto(node.state, move, exchange, target).map((own) => ({
      parent: node.id,
      move: packedMove(own),
      target: pack(layout, target),
    }));
  }

  function unpackedForm({ state }: Node, exchange: Exchange): Int32Array {
    return symmetries.reduce((now, symmetry, i) => permuteState(symmetry, now, inverse(at(exchange, i))), state);
  }
}

interface Reached extends LastMove {
  readonly target: Uint32Array;
}

/** The moves into the least target. */
function leastReached(reached: readonly Reached[]): Pick<Candidate, "target" | "moves"> {
  const [target = new Uint32Array()] = reached.map((one) => one.target).sort(compareWords);
  const moves: LastMove[] = [];
  for (const { parent, move, target: own } of reached) {
    if (compareWords(own, target) !== 0) continue;
    if (!moves.some((known) => known.parent === parent && known.move === move)) moves.push({ parent, move });
  }
  return { target, moves };
}

function sameState(a: Int32Array, b: Int32Array): boolean {
  return a.every((value, slot) => value === b[slot]);
}

function addEdge(edges: Map<number, Edge[]>, from: number, move: Move, to: number): void {
  const known = edges.get(from) ?? [];
  edges.set(from, known);
  if (!known.some((edge) => edge.to === to && packedMove(edge.move) === packedMove(move))) known.push({ move, to });
}

/** The same place in the program of the actor that takes the actor's place. */
function exchangedLocation(
  program: Program,
  symmetries: readonly Symmetry[],
  exchange: Exchange,
  location: LocationId,
): LocationId {
  const { actor } = at(program.locations, location);
  for (const [i, symmetry] of symmetries.entries()) {
    const { actors = [] } = symmetry;
    const element = actors.indexOf(actor);
    if (element < 0) continue;
    const other = at(actors, at(at(exchange, i), element));
    return locationId(location - at(program.actors, actor).first + at(program.actors, other).first);
  }
  return location;
}
