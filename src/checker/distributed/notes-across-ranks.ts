/**
 * Settles most states of a search on several ranks by the notes of their successors. A state that has no later
 * successor on its own rank points to a successor on another rank; its rank asks for it once. Then the ranks shorten these
 * pointers: a state takes over the pointer of the state to which its own leads. So after each round they reach twice as
 * far, and few rounds are enough.
 */
import { at, wordAt } from "../../ir/lookup.ts";
import { expandAgain, type Finishing } from "../livelock/finishing.ts";
import { canFinish, isUnknown, type MarkedNotes } from "../livelock/marked-notes.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import { byteList } from "./byte-list.ts";
import { type NumberList, numberList } from "./number-list.ts";
import { numbersOfRanks } from "./numbers-of-ranks.ts";
import { outgoingOf } from "./outgoing.ts";
import { placesOf } from "./places-of.ts";
import type { Ranks } from "./ranks.ts";

export interface Noting {
  readonly ranks: Ranks;
  readonly store: Store;
  readonly thread: StoreThread;
  readonly finishing: Finishing;
}

/** Ask other ranks when so many bytes of questions wait for one of them. */
const enoughBytes = 2 ** 20;

/** By mark: a state of another rank. */
interface Pointers {
  readonly ranks: Int32Array;
  readonly indices: Int32Array;
}

/** All ranks call this. What cannot be told by notes has none afterwards. */
export async function settleByNotes(noting: Noting, notes: MarkedNotes): Promise<void> {
  const pointers = await findPointers(noting, notes);
  notes.follow();
  const settled = await shorten(noting.ranks, notes, pointers);
  notes.settle((mark) => settled[mark] === 1);
}

async function findPointers({ ranks, store, thread, finishing }: Noting, notes: MarkedNotes): Promise<Pointers> {
  const { shared } = store;
  const { stride } = shared.plan;
  const outgoing = outgoingOf(shared);
  const pointers = { ranks: numberList(), indices: numberList() };
  const waiting = Array.from({ length: ranks.size }, () => ({ states: byteList(), parents: [] as number[] }));
  const batches = expandAgain(shared, finishing, notes.notAhead(), thread.reach);

  function point(state: number, rank: number, index: number): void {
    notes.mark(state, pointers.ranks.length);
    pointers.ranks.push(rank);
    pointers.indices.push(index);
  }

  /** One question for each state is enough. */
  function takeOutgoing(): void {
    const asked = new Set<number>();
    for (const [rank, states] of outgoing.states().entries())
      for (let number = states.length / stride - 1; number >= 0; number--) {
        const parent = outgoing.parent(rank, number);
        if (asked.has(parent) || notes.markOf(parent) === canFinish) continue;
        asked.add(parent);
        const own = at(waiting, rank);
        own.states.push(states.subarray(number * stride, (number + 1) * stride));
        own.parents.push(parent);
      }
    outgoing.clear();
  }

  for (let allDone = false; !allDone; ) {
    let isDone = false;
    while (!isDone && waiting.every(({ states }) => states.bytes().length < enoughBytes)) {
      isDone = batches.next().done === true;
      takeOutgoing();
    }
    allDone = (await numbersOfRanks(ranks, [isDone ? 1 : 0])).every(([done]) => done === 1);
    const asked = await ranks.exchange(waiting.map(({ states }) => states.bytes()));
    const replies = await ranks.exchange(asked.map((states) => bytesOf(placesOf(shared, thread, states))));
    for (const [rank, bytes] of replies.entries()) {
      const { states, parents } = at(waiting, rank);
      for (const [position, place] of wordsOf(bytes).entries()) {
        const parent = at(parents, position);
        // A state that is not stored violates a property. A path ends there.
        if (place === 0) finishing.settle(parent);
        else if (notes.markOf(parent) === isUnknown) {
          point(parent, rank, place - 1);
        }
      }
      states.clear();
      parents.length = 0;
    }
  }
  for (const [first, end] of notes.notAhead())
    for (let state = first; state < end; state++) {
      const behind = notes.behind(state);
      if (behind !== undefined) point(state, ranks.rank, behind);
    }
  return { ranks: pointers.ranks.words(), indices: pointers.indices.words() };
}

/** By mark: 1 if the pointer leads to a state that can finish. */
async function shorten(ranks: Ranks, notes: MarkedNotes, pointers: Pointers): Promise<Uint8Array> {
  const settled = new Uint8Array(pointers.ranks.length);
  let open: NumberList = numberList();
  for (const mark of settled.keys()) open.push(mark);
  for (;;) {
    const asked = Array.from({ length: ranks.size }, () => numberList());
    const marks = Array.from({ length: ranks.size }, () => numberList());
    for (const mark of open.words()) {
      const rank = wordAt(pointers.ranks, mark);
      at(asked, rank).push(wordAt(pointers.indices, mark));
      at(marks, rank).push(mark);
    }
    const questions = await ranks.exchange(asked.map((indices) => bytesOf(indices.words())));
    const answers = questions.map((bytes) => bytesOf(ends(wordsOf(bytes), notes, { pointers, settled })));
    const replies = await ranks.exchange(answers);
    const before = open.length;
    open = numberList();
    let news = 0;
    for (const [rank, bytes] of replies.entries()) {
      const words = wordsOf(bytes);
      for (const [position, mark] of at(marks, rank).words().entries()) {
        const next = wordAt(words, 2 * position);
        if (next === canFinish) {
          settled[mark] = 1;
          news++;
        } else if (next !== isUnknown) {
          pointers.ranks[mark] = next;
          pointers.indices[mark] = wordAt(words, 2 * position + 1);
          open.push(mark);
        }
      }
    }
    // A state that more steps lead to the end than another has others before it, so a round without news is the last.
    const all = await numbersOfRanks(ranks, [news, before]);
    if (all.every(([found]) => found === 0)) return settled;
  }
}

/** For each state, to what its notes lead: two words, a rank and an index there, or what is known instead of the rank. */
function ends(
  indices: Int32Array,
  notes: MarkedNotes,
  { pointers, settled }: { readonly pointers: Pointers; readonly settled: Uint8Array },
): Int32Array {
  const found = new Int32Array(2 * indices.length);
  for (const [position, index] of indices.entries()) {
    const mark = notes.markOf(index);
    if (mark < 0) found[2 * position] = mark;
    else if (settled[mark] === 1) found[2 * position] = canFinish;
    else {
      found[2 * position] = wordAt(pointers.ranks, mark);
      found[2 * position + 1] = wordAt(pointers.indices, mark);
    }
  }
  return found;
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(Uint8Array.from(bytes).buffer);
}
