/**
 * Settles nearly all states of a search on several ranks by what was noted of their successors.
 *
 * One sweep goes from the deepest level to the first, and finds to which end each state leads. The ends are states in which
 * all actors have finished, and states without a known later successor, the *roots*. If a state's later successor is its own
 * rank's, the state leads where that one leads. If it was sent to another rank, that rank says where it leads, once for
 * each level. Then the few roots are expanded again. All ranks get to know where their successors lead, and so which roots can
 * finish.
 */
import { at, wordAt } from "../../ir/lookup.ts";
import { blockSize, ended, noteAhead } from "../../memory/memory-map.ts";
import { stateIndex } from "../contract/indices.ts";
import type { Notes } from "../livelock/finishing.ts";
import { type Asking, askSuccessors } from "./ask-successors.ts";
import { numberList } from "./number-list.ts";
import { numbersOfRanks } from "./numbers-of-ranks.ts";
import type { Ranks } from "./ranks.ts";
import { type Roots, rootsOf } from "./saved-roots.ts";
import { receivedPlaces, type SentStates } from "./sent-states.ts";
import { numberOf } from "./state-numbers.ts";

/** Of a state about which its rank can say nothing yet. The others are words of `leadsTo`, or `ended`. */
const isUnknown = 0;

/** In place of the parent of a state. */
const notKept = -1;

/** How a word names the root to which a state leads. It is greater than the words of notes of later states. */
function leadsTo(root: number): number {
  return -2 - root;
}

function rootOf(word: number): number {
  return -2 - word;
}

function isDecided(word: number): boolean {
  // Notes of later states are less.
  return word < 0 && word > -(2 ** 30);
}

/**
 * All ranks call this. Afterwards the notes say which states can finish, and nothing of the others. Whether all these others
 * are livelocked.
 */
export async function settleByNotes(asking: Asking, notes: Notes, sent: SentStates, depth: number): Promise<boolean> {
  const { ranks } = asking;
  const { noted, levels } = notes;
  const { roots, waiting } = await sweep(asking, notes, sent, depth);
  const graph = rootsOf(ranks, roots.length);
  if (await areFew(ranks, roots.length, sent)) {
    waiting((position, word) => learn(graph, position, word));
    await graph.settle();
    await expandRoots(asking, notes, roots, graph);
  }
  const left = await graph.allLeft();
  const open: number[] = [];
  for (const segments of levels)
    for (const { first, end } of segments)
      for (let state = first; state < end; state++) {
        const word = wordAt(noted, state);
        if (word === ended) continue;
        if (left.has(rootOf(word))) open.push(state);
        else noted[state] = ended;
      }
  const isExact = await areFew(ranks, open.length, sent);
  if (isExact) {
    // Now each of them is a root, and all its successors are known.
    const graphOfAll = rootsOf(ranks, open.length);
    for (const [position, state] of open.entries()) noted[state] = leadsTo(numberOf(stateIndex(position), ranks));
    await expandRoots(asking, notes, Int32Array.from(open), graphOfAll);
    for (const [position, state] of open.entries()) if (graphOfAll.isSaved(position)) noted[state] = ended;
  }
  for (const state of open) if (noted[state] !== ended) noted[state] = 0;
  return isExact;
}

/** Whether each rank has few enough roots. Otherwise sweeps over the levels follow. */
async function areFew(ranks: Ranks, count: number, { mostRoots }: SentStates): Promise<boolean> {
  return (await numbersOfRanks(ranks, [count])).every(([own = 0]) => own <= mostRoots);
}

function learn(roots: Roots, position: number, word: number): void {
  if (word === ended) roots.save(position);
  else if (word !== isUnknown) roots.wait(position, rootOf(word));
}

/** Expands the roots again that are not known to finish, and works out which of them can. `states`: by position of a root. */
async function expandRoots(asking: Asking, { noted }: Notes, states: Int32Array, roots: Roots): Promise<void> {
  const { size } = asking.ranks;
  const left = [...states.keys()].filter((position) => !roots.isSaved(position));
  await askSuccessors(
    asking,
    rangesOf(left.map((position) => wordAt(states, position))),
    // A state that is not stored violates a property. A path ends there.
    (place) => (place === 0 ? ended : wordAt(noted, place - 1)),
    (root, word) => {
      const own = wordAt(noted, root);
      if (own !== ended) learn(roots, Math.floor(rootOf(own) / size), word);
    },
  );
  // If a path ends in a state, expanding it has noted that.
  for (const position of left) if (wordAt(noted, wordAt(states, position)) === ended) roots.save(position);
  await roots.settle();
}

interface Swept {
  readonly roots: Int32Array;
  /** Gives where the known successors of roots lead, now that it is known of all states. By positions of roots. */
  readonly waiting: (use: (position: number, word: number) => void) => void;
}

/** Replaces each note by where it leads. */
async function sweep(
  { ranks, store }: Pick<Asking, "ranks" | "store">,
  { noted, levels }: Notes,
  sent: SentStates,
  depth: number,
): Promise<Swept> {
  const places = receivedPlaces(store.shared);
  const parents = sent.parents();
  const roots = numberList();
  /** By root: the state to which its note leads, or -1. */
  const notesOfRoots = numberList();
  const lists = () => Array.from({ length: ranks.size }, numberList);
  /** By rank: the parents of states about which it could say nothing yet, and own states about which it was told nothing. */
  const [asking, owing] = [lists(), lists()];
  let decidedFrom = Number.POSITIVE_INFINITY;
  for (let level = depth; level >= 0; level--) {
    const { messages, firstSent } = sent.at(level);
    const answers = messages.map((parts, rank) => {
      const answer = new Int32Array(parts.reduce((sum, { count }) => sum + count, 0));
      const owed = at(owing, rank);
      let next = 0;
      for (const { position, count } of parts)
        for (let i = position; i < position + count; i++) {
          const state = i < places.length ? wordAt(places, i) - 1 : -1;
          if (state >= decidedFrom) answer[next] = wordAt(noted, state);
          else owed.push(state);
          next++;
        }
      return bytesOf(answer);
    });
    const words = (await ranks.exchange(answers)).map(wordsOf);
    for (const [rank, answer] of words.entries()) {
      const [own, first, asked] = [at(parents, rank), at(firstSent, rank), at(asking, rank)];
      for (let i = 0; i < answer.length; i++) {
        const word = wordAt(answer, i);
        const parent = own[first + i] ?? notKept;
        if (word === isUnknown) asked.push(parent);
        else if (parent !== notKept && wordAt(noted, parent) !== ended) noted[parent] = word;
      }
    }
    // Another rank may have deeper levels.
    const segments = level < levels.length ? at(levels, level) : [];
    for (const { first, end } of [...segments].reverse()) {
      for (let state = end - 1; state >= first; state--) {
        const note = wordAt(noted, state);
        if (isDecided(note)) continue;
        const next = note < 0 ? wordAt(noted, (note & ~noteAhead) - 1) : isUnknown;
        if (next === isUnknown) {
          noted[state] = leadsTo(numberOf(stateIndex(roots.length), ranks));
          roots.push(state);
          notesOfRoots.push(note > 0 ? note - 1 : -1);
        } else noted[state] = next;
      }
      decidedFrom = first;
    }
  }
  const late = await ranks.exchange(
    owing.map((states) => bytesOf(states.words().map((state) => (state < 0 ? isUnknown : wordAt(noted, state))))),
  );
  const answers = late.map(wordsOf);
  return {
    roots: roots.words(),
    waiting(use) {
      const own = roots.words();
      for (const [position, state] of notesOfRoots.words().entries())
        if (state >= 0) use(position, wordAt(noted, state));
      for (const [rank, words] of answers.entries())
        for (const [i, parent] of at(asking, rank).words().entries()) {
          if (parent === notKept) continue;
          const position = positionOf(wordAt(noted, parent));
          if (position !== undefined && own[position] === parent) use(position, wordAt(words, i));
        }
    },
  };

  /** The position of an own root that a word names. */
  function positionOf(word: number): number | undefined {
    const root = rootOf(word);
    return word !== ended && root % ranks.size === ranks.rank ? Math.floor(root / ranks.size) : undefined;
  }
}

/** States that follow each other are one range, unless they are in different blocks. */
function rangesOf(states: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const state of [...states].sort((one, other) => one - other)) {
    if (last?.[1] === state && state % blockSize !== 0) last[1]++;
    else {
      last = [state, state + 1];
      ranges.push(last);
    }
  }
  return ranges;
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(Uint8Array.from(bytes).buffer);
}
