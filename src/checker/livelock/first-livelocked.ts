/**
 * Finds the livelocked states after a search of all states: no path leads from them to a state in which all actors have
 * finished, or to a violation of another property (what follows a violation is not known).
 *
 * The search noted one successor of each state, the greatest by index and therefore mostly one of the next level. If the
 * noted successor of a state can finish, the state can finish. So the notes of a state lead to an end or into a cycle of
 * notes. Few states are on such cycles. They are expanded again, to look at all their successors. If one of them can
 * finish, so can all states whose notes lead there. Only if a cycle has no way out, its other states are expanded too.
 */
import type { LookupFunctions, SearchFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import { ended } from "../../memory/memory-map.ts";
import { type Level, levelOf, type StateIndex, stateIndex } from "../contract/indices.ts";
import { segmentsByLevel } from "../memory/segments.ts";
import { areaOf, longWord, type SharedMemory, tableEntries } from "../memory/shared-memory.ts";
import { compareWords } from "../violations/compare-words.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { targetOf } from "../violations/violation-candidates.ts";
import type { Finishing } from "./finishing.ts";
import { followNotes, type Levels, type NoteEnds } from "./follow-notes.ts";

/** A livelocked state: of those nearest to the initial state, the least by its contents. */
export interface Livelocked {
  readonly index: StateIndex;
  readonly level: Level;
  /** The words of the state, in the form of a candidate's words. */
  readonly representative: Uint32Array;
  readonly target: Uint32Array;
}

/** What is known about the states when all are explored. */
export interface ExploredStates<Lookup = LookupFunctions> {
  readonly lookup: Lookup & Pick<SearchFunctions, "setTableSize">;
  /** By the index of a state in memory (noted-successors.ts). */
  readonly noted: Int32Array;
  /** A state in memory. */
  readonly wordsOf: (index: number) => Uint32Array;
}

export function firstLivelocked(
  shared: SharedMemory,
  explored: ExploredStates & { readonly reach: (first: number, end: number) => void },
  reduction: SymmetryReduction,
): Livelocked | undefined {
  const { lookup, noted } = explored;
  const byLevel = segmentsByLevel(shared);
  const levels: Levels = Array.from({ length: byLevel.levels }, (_, level) => byLevel.of(level));
  // Record no violation again.
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableSize(tableEntries(shared));
  const ends = followNotes(noted, levels);
  const doomed = decideRoots(shared, explored, ends);
  if (doomed.size === 0) return undefined;

  for (const segments of levels) {
    for (const { first, end } of segments) {
      for (let state = first; state < end; state++) {
        const root = ends.rootOf(state);
        noted[state] = root !== undefined && doomed.has(root) ? 0 : ended;
      }
    }
  }
  const moves: Moves = { from: [], to: [] };
  for (const range of unsettled(noted, levels)) expandAgain(shared, explored, range, moves);
  followMoves(noted, moves);
  for (const [level, segments] of levels.entries()) {
    const left = unsettled(noted, [segments]);
    if (left.length > 0) return leastOf(explored, reduction, levelOf(level), left);
  }
  return undefined;
}

/**
 * Expands the few states on cycles of notes again. Returns the roots of the cycles that no move leaves towards an end.
 * The notes of a state may lead there although another of its moves leads to an end.
 */
function decideRoots(
  shared: SharedMemory,
  explored: Parameters<typeof firstLivelocked>[1],
  { rootOf, undecided }: NoteEnds,
): ReadonlySet<number> {
  const left = new Set(undecided.keys());
  const moves: Moves = { from: [], to: [] };
  for (const states of undecided.values()) {
    for (const state of states) expandAgain(shared, explored, [state, state + 1], moves);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < moves.from.length; i++) {
      const from = rootOf(at(moves.from, i));
      const next = at(moves.to, i);
      const to = next === pathEnd ? undefined : rootOf(next);
      if (from !== undefined && (to === undefined || !left.has(to)) && left.delete(from)) changed = true;
    }
  }
  return left;
}

/** Pairs of an undecided state and one of its successors, or `pathEnd`. */
interface Moves {
  readonly from: number[];
  readonly to: number[];
}

/** All states were explored, so a successor that is not stored violates a property. A path ends there. */
const pathEnd = -1;

type Range = readonly [first: number, end: number];

function unsettled(noted: Int32Array, levels: Levels): readonly Range[] {
  const found: Range[] = [];
  for (const segments of levels) {
    for (const { first, end } of segments) {
      for (let state = first; state < end; state++) {
        const start = state;
        while (state < end && wordAt(noted, state) !== ended) state++;
        if (state > start) found.push([start, state]);
      }
    }
  }
  return found;
}

/** Settles states by notes that lead to others of the same levels, or to settled ones. */
function followNoted(noted: Int32Array, levels: Levels): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (let level = levels.length - 1; level >= 0; level--) {
      for (const { first, end } of at(levels, level)) {
        for (let state = end - 1; state >= first; state--) {
          const next = wordAt(noted, state);
          if (next === ended || next === 0) continue;
          const further = wordAt(noted, next - 1);
          if (further === ended) changed = true;
          // If that is not known, the next round begins further on, so that long paths take few rounds.
          if (further !== 0) noted[state] = further;
        }
      }
    }
  }
}

/** Decides states from the deepest level on, and repeats because moves may lead back to an earlier level. */
function followMoves(noted: Int32Array, { from, to }: Moves): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = from.length - 1; i >= 0; i--) {
      const state = at(from, i);
      if (wordAt(noted, state) === ended || (at(to, i) !== pathEnd && wordAt(noted, at(to, i)) !== ended)) continue;
      noted[state] = ended;
      changed = true;
    }
  }
}

function expandAgain(
  { memory, plan }: SharedMemory,
  { lookup, reach }: Parameters<typeof firstLivelocked>[1],
  [first, end]: Range,
  { from, to }: Moves,
): void {
  const area = areaOf(plan, plan.workers);
  reach(first, end);
  for (let next = first; next < end; ) {
    next = lookup.successors(next, end);
    const size = lookup.batchSize();
    const parents = new Int32Array(memory.buffer, area + plan.movesIn, size * 2);
    const entries = new Int32Array(memory.buffer, area + plan.probesIn, size * 2);
    for (let i = 0; i < size; i++) {
      from.push(wordAt(parents, 2 * i));
      to.push(wordAt(entries, 2 * i) - 1);
    }
  }
}

/**
 * For several processes: the same notes, by which each of them settles what it can alone. They say nothing of states that
 * belong to others.
 */
export function finishingByNotes(shared: SharedMemory, explored: ExploredStates): Finishing {
  const { lookup, noted } = explored;
  const byLevel = segmentsByLevel(shared);
  const levels: Levels = Array.from({ length: byLevel.levels }, (_, level) => byLevel.of(level));
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableSize(tableEntries(shared));
  return {
    lookup,
    notes: { noted, levels },
    // Without this, each sweep would settle only one step back to an earlier level.
    beginSweep: () => followNoted(noted, levels),
    unsettled(level) {
      const own = [byLevel.of(level)];
      followNoted(noted, own);
      return unsettled(noted, own);
    },
    isSettled: (place) => place === 0 || wordAt(noted, place - 1) === ended,
    settle(index) {
      noted[index] = ended;
    },
    leave: (level) => unsettled(noted, [byLevel.of(level)]).reduce((sum, [first, end]) => sum + end - first, 0),
    left: (level) => unsettled(noted, [byLevel.of(level)]),
  };
}

/** The least of a level's states in these ranges. */
export function leastOf(
  { wordsOf }: Pick<ExploredStates, "wordsOf">,
  reduction: SymmetryReduction,
  level: Level,
  ranges: readonly Range[],
): Livelocked | undefined {
  let found: Livelocked | undefined;
  for (const [first, end] of ranges) {
    for (let index = stateIndex(first); index < end; index++) {
      const { representative, target } = targetOf(reduction, wordsOf(index));
      const order =
        found === undefined
          ? -1
          : compareWords(representative, found.representative) || compareWords(target, found.target);
      if (order < 0) found = { index, level, representative, target };
    }
  }
  return found;
}
