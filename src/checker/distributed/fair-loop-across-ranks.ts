/**
 * The nearest state on a fair loop, for `ends-together`, of a search on several ranks. A rank expands its own states
 * again, and keeps the moves that a loop can take. For those that lead to states of other ranks, it asks these ranks for
 * the states' numbers. Then all ranks get all of these moves, and find the same components.
 */
import { at, wordAt } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { levelOf } from "../contract/indices.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { StoredGraph, StoredMove } from "../livelock/stored-graph.ts";
import type { Explored } from "../liveness/explored.ts";
import { fairLoops, loopsOf, type StoredLoopMoves } from "../liveness/first-fair-loop.ts";
import { loopStepsOf } from "../liveness/loop-steps.ts";
import { type NumberList, numberList } from "../liveness/number-list.ts";
import { areaOf, get } from "../memory/shared-memory.ts";
import { byteList } from "./byte-list.ts";
import { firstOfRanks } from "./first-of-ranks.ts";
import { numbersOfRanks, ofAllRanks } from "./numbers-of-ranks.ts";
import { inBatches, outgoingOf } from "./outgoing.ts";
import { answerFunctionsOf } from "./rank-functions.ts";
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
  const moves: StoredLoopMoves = {
    from: await ofAllRanks(
      ranks,
      own.from.words().map((number) => amongAll(ranks.rank, number)),
    ),
    to: await ofAllRanks(
      ranks,
      own.to.words().map((number, edge) => amongAll(wordAt(toRanks, edge), number)),
    ),
    actors: await ofAllRanks(ranks, own.actors.words()),
  };
  const nodes = 1 + counts.reduce((sum, count) => sum + count, 0);
  const { components, isLoop, served } = loopsOf(nodes, moves);
  const nodeOf = own.nodeOf.map((number) => amongAll(ranks.rank, number));
  const { serve, nearest } = fairLoops(program, explored, { nodeOf, moving: own.moving, components, isLoop });
  serve(served);
  const all = await ofAllRanks(ranks, served);
  for (const [position, actors] of all.entries()) {
    const component = position % served.length;
    served[component] = wordAt(served, component) | actors;
  }
  return firstOfRanks(ranks, nearest(served));
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
  readonly moving: Int32Array;
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
  const { actorOf, staysInLoop } = loopStepsOf(program, explored);
  const [from, to, toRanks, actors] = [numberList(), numberList(), numberList(), numberList()];
  const numbers = new Int32Array(graph.nodes);
  let nodes = 0;
  const numberOf = (node: number): number => {
    if (numbers[node] === 0) numbers[node] = ++nodes;
    return wordAt(numbers, node);
  };
  const nodeOf = new Int32Array(get(shared, "states"));
  const moving = new Int32Array(nodeOf.length);
  /** The position of the state with index 0, if it were in this segment. */
  let base = 0;
  const waiting = Array.from({ length: ranks.size }, () => ({ states: byteList(), questions: [] as Question[] }));

  /** The actor of a move, if a loop can take the move. */
  function looping(found: Pick<StoredMove, "index" | "move" | "successor">): number | undefined {
    const actor = actorOf(found);
    moving[base + found.index] = wordAt(moving, base + found.index) | (1 << actor);
    return staysInLoop(found) ? actor : undefined;
  }
  function numberOfState(index: number, node: number): number {
    const own = numberOf(node);
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
        const [index, move] = [outgoing.parent(rank, number), outgoing.move(rank, number)];
        const actor = looping({ index, move, successor: state.byteOffset });
        if (actor === undefined) continue;
        own.states.push(state);
        own.questions.push({ from: numberOfState(index, graph.nodeOf(index)), actor });
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
        const batches = graph.batches(first, end, (found) => {
          const actor = looping(found);
          if (actor === undefined || found.to < 0) return;
          keep({ from: numberOfState(found.index, found.from), actor }, ranks.rank, numberOf(found.to));
        });
        while (batches.next().done !== true) {
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
    const replies = await ranks.exchange(asked.map((states) => placesOf(explored, states, numberOf)));
    for (const [rank, bytes] of replies.entries()) {
      const { states, questions } = at(waiting, rank);
      for (const [position, number] of new Int32Array(Uint8Array.from(bytes).buffer).entries())
        if (number !== 0) keep(at(questions, position), rank, number);
      states.clear();
      questions.length = 0;
    }
  }
  return { from, to, toRanks, actors, nodes, nodeOf, moving };
}

/** The numbers of states that another rank asks for, as words; 0 for a state that is not stored. */
function placesOf(
  { store: { shared }, thread }: Pick<Explored, "store" | "thread">,
  states: Uint8Array,
  numberOf: (node: number) => number,
): Uint8Array {
  const { memory, plan } = shared;
  const { lookUpReceived } = answerFunctionsOf(thread);
  const places = new Int32Array(memory.buffer, areaOf(plan, plan.workers) + plan.probesIn);
  const answers = new Int32Array(states.length / plan.stride);
  let answered = 0;
  for (const count of inBatches(shared, states)) {
    thread.reach(0, 1);
    lookUpReceived(count);
    for (let i = 0; i < count; i++) {
      const place = wordAt(places, 2 * i);
      answers[answered++] = place === 0 ? 0 : numberOf(place - 1);
    }
  }
  return new Uint8Array(answers.buffer);
}
