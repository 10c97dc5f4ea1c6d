/**
 * Which of the roots of all ranks can finish. A root waits for others: it can finish if one of them can. Each rank knows for
 * what its own roots wait, and asks once to be told of each root of another rank.
 */
import { at, required, wordAt } from "../../ir/lookup.ts";
import { stateIndex } from "../contract/indices.ts";
import { type NumberList, numberList } from "./number-list.ts";
import { ofAllRanks, sumsOfRanks } from "./numbers-of-ranks.ts";
import type { Ranks } from "./ranks.ts";
import { indexOf, numberOf, rankOf } from "./state-numbers.ts";

/** Roots have numbers of state-numbers.ts, with positions among the rank's own roots as indices. */
export interface Roots {
  /** An own root can finish. */
  readonly save: (position: number) => void;
  /** An own root can finish if another root can. */
  readonly wait: (position: number, root: number) => void;
  /** All ranks call this. Works out which roots can finish by all that is known. */
  readonly settle: () => Promise<void>;
  readonly isSaved: (position: number) => boolean;
  /** All ranks call this, and get the roots of all that are not known to finish. */
  readonly allLeft: () => Promise<ReadonlySet<number>>;
}

const none = -1;

/** `count`: of own roots. */
export function rootsOf(ranks: Ranks, count: number): Roots {
  const saved = new Uint8Array(count);
  /** By own root: the last that waits for it. Those before it follow in a chain. */
  const lastWaiting = new Int32Array(count).fill(none);
  /** The same for roots of other ranks; `told` if it can finish. */
  const lastForOther = new Map<number, number>();
  const told = -2;
  /** In the order of the calls: who waits (an own position, or less than 0 for a rank), and who waited before. */
  const [waiting, before] = [numberList(), numberList()];
  const lists = (): NumberList[] => Array.from({ length: ranks.size }, numberList);
  let [questions, news] = [lists(), lists()];
  /** The chains of those that have to hear that they can finish. */
  const toWake: number[] = [];

  function save(position: number): void {
    if (saved[position] === 1) return;
    saved[position] = 1;
    toWake.push(wordAt(lastWaiting, position));
    positionsToTell.push(position);
  }
  /** In the same order as `toWake`: the own root; `none` for that of another rank. */
  const positionsToTell: number[] = [];

  function wakeAll(): void {
    const [who, previous] = [waiting.words(), before.words()];
    for (let one = toWake.pop(); one !== undefined; one = toWake.pop()) {
      const position = required(positionsToTell.pop(), "the root of a chain that waits");
      for (; one !== none; one = wordAt(previous, one)) {
        const sleeper = wordAt(who, one);
        if (sleeper >= 0) save(sleeper);
        else at(news, -1 - sleeper).push(position);
      }
    }
  }
  function enqueue(sleeper: number, last: number): number {
    before.push(last);
    waiting.push(sleeper);
    return waiting.length - 1;
  }
  function waitForOwn(sleeper: number, position: number): void {
    lastWaiting[position] = enqueue(sleeper, wordAt(lastWaiting, position));
  }
  async function send(all: readonly NumberList[]): Promise<readonly Int32Array[]> {
    const bytes = all.map((list) => {
      const words = list.words();
      return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    });
    return (await ranks.exchange(bytes)).map((one) => new Int32Array(Uint8Array.from(one).buffer));
  }

  return {
    save,
    wait(position, root) {
      if (saved[position] === 1) return;
      const number = stateIndex(root);
      const [rank, index] = [rankOf(number, ranks), indexOf(number, ranks)];
      if (rank === ranks.rank) {
        if (saved[index] === 1) save(position);
        else waitForOwn(position, index);
        return;
      }
      const last = lastForOther.get(root);
      if (last === told) return save(position);
      if (last === undefined) at(questions, rank).push(index);
      lastForOther.set(root, enqueue(position, last ?? none));
    },
    async settle() {
      const asked = questions;
      questions = lists();
      for (const [rank, positions] of (await send(asked)).entries())
        for (const position of positions)
          if (saved[position] === 1) at(news, rank).push(position);
          else waitForOwn(-1 - rank, position);
      for (let tellings = 1; tellings > 0; ) {
        wakeAll();
        const own = news;
        news = lists();
        for (const [rank, positions] of (await send(own)).entries())
          for (const position of positions) {
            const root = numberOf(stateIndex(position), { rank, size: ranks.size });
            toWake.push(required(lastForOther.get(root), "who waits for a root of another rank"));
            positionsToTell.push(none);
            lastForOther.set(root, told);
          }
        [tellings = 0] = await sumsOfRanks(ranks, [own.reduce((sum, { length }) => sum + length, 0)]);
      }
    },
    isSaved: (position) => saved[position] === 1,
    async allLeft() {
      const left = numberList();
      for (const [position, isSaved] of saved.entries())
        if (isSaved === 0) left.push(numberOf(stateIndex(position), ranks));
      return new Set(await ofAllRanks(ranks, left.words()));
    },
  };
}
