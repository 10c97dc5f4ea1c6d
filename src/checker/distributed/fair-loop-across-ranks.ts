/**
 * The nearest state on a fair loop, for `ends-together`, of a search on several ranks. A rank expands its own states
 * again, and keeps the moves that a loop can take. For those that lead to states of other ranks, it asks these ranks for
 * the states' numbers. Then all ranks get all of these moves, and find the same components.
 */
import { at, wordAt } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { componentsOf } from "../../ir/strong-components.ts";
import { choiceShift } from "../../memory/memory-map.ts";
import { levelOf } from "../contract/indices.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { StoredGraph } from "../livelock/stored-graph.ts";
import type { Explored } from "../liveness/explored.ts";
import { fairLoops, type LoopMoves, servedByMoves } from "../liveness/first-fair-loop.ts";
import { get } from "../memory/shared-memory.ts";
import { byteList } from "./byte-list.ts";
import { firstOfRanks } from "./first-of-ranks.ts";
import { type NumberList, numberList } from "./number-list.ts";
import { numbersOfRanks, ofAllRanks } from "./numbers-of-ranks.ts";
import { outgoingOf } from "./outgoing.ts";
import { placesOf } from "./places-of.ts";
import type { Ranks } from "./ranks.ts";

export async function firstFairLoopAcrossRanks(
  program: Program,
  explored: Explored & { readonly ranks: Ranks },
  graph: StoredGraph,
): Promise<Livelocked | undefined> {
  const { ranks } = explored;
  const own = await ownMoves(program, explored, graph);
  // A rank numbers its own states from 1 on. Among all states, its numbers begin behind those of the ranks before.
  const counts = (await numbersOfRanks(ranks, [own.nodes])).map(([count = 0]) => count);
  const before = counts.map((_, rank) => counts.slice(0, rank).reduce((sum, count) => sum + count, 0));
  const amongAll = (rank: number, number: number): number => (number === 0 ? 0 : at(before, rank) + number);
  const toRanks = own.toRanks.words();
  const from = await ofAllRanks(
    ranks,
    own.from.words().map((number) => amongAll(ranks.rank, number)),
  );
  const to = await ofAllRanks(
    ranks,
    own.to.words().map((number, edge) => amongAll(wordAt(toRanks, edge), number)),
  );
  const nodes = 1 + counts.reduce((sum, count) => sum + count, 0);
  const moves = byNode(nodes, { from, to, actors: await ofAllRanks(ranks, own.actors.words()) });
  const components = componentsOf(moves);
  const served = servedByMoves(moves, components);
  const nodeOf = own.nodeOf.map((number) => amongAll(ranks.rank, number));
  const { serve, nearest } = fairLoops(program, explored, graph, { nodeOf, components });
  serve(served);
  const all = await ofAllRanks(ranks, served);
  for (const [position, actors] of all.entries()) {
    const component = position % served.length;
    served[component] = wordAt(served, component) | actors;
  }
  return firstOfRanks(ranks, nearest(served));
}

/** Puts the moves in the order of the nodes that they leave. All numbers of nodes are smaller than `nodes`. */
function byNode(
  nodes: number,
  { from, to, actors }: Readonly<Record<"from" | "to" | "actors", Int32Array>>,
): Pick<LoopMoves, "bounds" | "targets" | "actors"> {
  const bounds = new Int32Array(2 * nodes);
  for (const node of from) bounds[2 * node + 1] = wordAt(bounds, 2 * node + 1) + 1;
  let end = 0;
  for (let node = 0; node < nodes; node++) {
    const own = wordAt(bounds, 2 * node + 1);
    bounds[2 * node] = bounds[2 * node + 1] = end;
    end += own;
  }
  const [targets, movers] = [new Int32Array(end), new Uint8Array(end)];
  for (const [move, node] of from.entries()) {
    const place = wordAt(bounds, 2 * node + 1);
    targets[place] = wordAt(to, move);
    movers[place] = wordAt(actors, move);
    bounds[2 * node + 1] = place + 1;
  }
  return { bounds, targets, actors: movers };
}

/** The moves from this rank's states, and what is known about the states. */
interface OwnMoves {
  readonly from: NumberList;
  readonly to: NumberList;
  /** The ranks that have numbered the states in `to`. */
  readonly toRanks: NumberList;
  readonly actors: NumberList;
  /** How many states this rank has numbered. */
  readonly nodes: number;
  /** By position of a state. */
  readonly nodeOf: Int32Array;
}

/** Ask other ranks when so many bytes of questions wait for one of them. */
const enoughBytes = 2 ** 20;

/** A move to a state of another rank, which this one asks for the state's number. */
interface Question {
  readonly from: number;
  readonly actor: number;
}

async function ownMoves(
  program: Program,
  explored: Explored & { readonly ranks: Ranks },
  graph: StoredGraph,
): Promise<OwnMoves> {
  const { ranks, store, thread, archive } = explored;
  const { shared } = store;
  const { stride } = shared.plan;
  const outgoing = outgoingOf(shared);
  const actorOf = (move: number) => at(program.locations, move & (2 ** choiceShift - 1)).actor;
  const [from, to, toRanks, actors] = [numberList(), numberList(), numberList(), numberList()];
  const numbers = new Int32Array(graph.nodes);
  let nodes = 0;
  const numberOf = (node: number): number => {
    if (numbers[node] === 0) numbers[node] = ++nodes;
    return wordAt(numbers, node);
  };
  const nodeOf = new Int32Array(get(shared, "states"));
  /** The position of the state with index 0, if it were in this segment. */
  let base = 0;
  const waiting = Array.from({ length: ranks.size }, () => ({ states: byteList(), questions: [] as Question[] }));

  function numberOfParent(index: number): number {
    const own = numberOf(graph.slotOf === undefined ? index : graph.slotOf(index) - 1);
    nodeOf[base + index] = own;
    return own;
  }
  function keep({ from: own, actor }: Question, rank: number, number: number): void {
    from.push(own);
    to.push(number);
    toRanks.push(rank);
    actors.push(actor);
  }

  /** Keeps the questions about the last batch. */
  function takeOutgoing(): void {
    for (const [rank, states] of outgoing.states().entries()) {
      const own = at(waiting, rank);
      for (let number = 0; number * stride < states.length; number++) {
        const state = states.subarray(number * stride, (number + 1) * stride);
        own.states.push(state);
        const from = numberOfParent(outgoing.parent(rank, number));
        own.questions.push({ from, actor: actorOf(outgoing.move(rank, number)) });
      }
    }
    outgoing.clear();
  }

  /** Yields after each batch. */
  function* expandAll(): Generator<void> {
    let before = 0;
    for (let level = levelOf(0); level < archive.levels; level++)
      for (const { first, end } of archive.bring(level)) {
        base = before - first;
        for (const { size, moves, targets } of graph.batches(first, end)) {
          for (let i = 0; i < size; i++) {
            const target = wordAt(targets, 2 * i);
            if (target === 0) continue;
            const [index, move] = [wordAt(moves, 2 * i), wordAt(moves, 2 * i + 1)];
            keep({ from: numberOfParent(index), actor: actorOf(move) }, ranks.rank, numberOf(target - 1));
          }
          takeOutgoing();
          yield;
          thread.reach(first, end);
        }
        before += end - first;
      }
  }

  const expansion = expandAll();
  for (let allDone = false; !allDone; ) {
    let isDone = false;
    while (!isDone && waiting.every(({ states }) => states.bytes().length < enoughBytes))
      isDone = expansion.next().done === true;
    allDone = (await numbersOfRanks(ranks, [isDone ? 1 : 0])).every(([done]) => done === 1);
    const asked = await ranks.exchange(waiting.map(({ states }) => states.bytes()));
    const replies = await ranks.exchange(
      asked.map((states) => {
        const numbered = placesOf(shared, thread, states).map((place) => (place === 0 ? 0 : numberOf(place - 1)));
        return new Uint8Array(numbered.buffer);
      }),
    );
    for (const [rank, bytes] of replies.entries()) {
      const { states, questions } = at(waiting, rank);
      for (const [position, number] of new Int32Array(Uint8Array.from(bytes).buffer).entries())
        if (number !== 0) keep(at(questions, position), rank, number);
      states.clear();
      questions.length = 0;
    }
  }
  return { from, to, toRanks, actors, nodes, nodeOf };
}
