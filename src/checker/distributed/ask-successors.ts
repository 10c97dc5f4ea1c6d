/** Expands states again, and asks the ranks to which their successors belong about these. */
import { wordAt } from "../../ir/lookup.ts";
import { type Finishing, type Ranges, successorsOf } from "../livelock/finishing.ts";
import { get } from "../memory/shared-memory.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import { numbersOfRanks } from "./numbers-of-ranks.ts";
import { outgoingOf } from "./outgoing.ts";
import { placesOf } from "./places-of.ts";
import type { Ranks } from "./ranks.ts";

export interface Asking {
  readonly ranks: Ranks;
  readonly store: Store;
  readonly thread: StoreThread;
  readonly finishing: Finishing;
}

/**
 * All ranks call this, each with states of its own. `answer`: what the rank of a state says about it, by one more than its
 * place in the store, or 0 if it is not stored. `learn` is called for each successor.
 */
export async function askSuccessors(
  { ranks, store, thread, finishing }: Asking,
  ranges: Ranges,
  answer: (place: number) => number,
  learn: (parent: number, answer: number) => void,
): Promise<void> {
  const { shared } = store;
  const outgoing = outgoingOf(shared);
  const batches = successorsOf(shared, finishing.lookup, ranges, thread.reach, (parent, place) =>
    learn(parent, answer(place)),
  );
  for (let allDone = false; !allDone; ) {
    let isDone = false;
    while (!isDone && get(shared, "pause") === 0) isDone = batches.next().done === true;
    const asks = outgoing.states().some(({ length }) => length > 0);
    const all = await numbersOfRanks(ranks, [isDone ? 1 : 0, asks ? 1 : 0]);
    allDone = all.every(([done]) => done === 1);
    if (!all.some(([, hasQuestions]) => hasQuestions === 1)) continue;
    const questions = await ranks.exchange(outgoing.states());
    const replies = await ranks.exchange(
      questions.map((states) => new Uint8Array(placesOf(shared, thread, states).map(answer).buffer)),
    );
    for (const [rank, bytes] of replies.entries()) {
      const answers = new Int32Array(Uint8Array.from(bytes).buffer);
      for (let number = 0; number < answers.length; number++)
        learn(outgoing.parent(rank, number), wordAt(answers, number));
    }
    outgoing.clear();
  }
}
