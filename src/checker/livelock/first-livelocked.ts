/**
 * Finds the livelocked states after a search of all states: no path leads from them to a state in which all actors have
 * finished, or to a violation of another property (what follows a violation is not known).
 *
 * The search noted one successor of each state, the greatest by index and therefore mostly one of the next level. If the
 * noted successor of a state can finish, the state can finish. This rule, applied from the deepest level to the first,
 * decides nearly all states. Only the remaining states are expanded again, to look at all their successors.
 */
import type { LookupFunctions, SearchFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import { ended } from "../../memory/memory-map.ts";
import { type Level, levelOf, type StateIndex, stateIndex } from "../contract/indices.ts";
import { segmentsByLevel } from "../memory/segments.ts";
import { areaOf, get, longWord, type Segment, type SharedMemory } from "../memory/shared-memory.ts";
import { compareWords } from "../violations/compare-words.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { targetOf } from "../violations/violation-candidates.ts";
import type { Finishing } from "./finishing.ts";

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
  readonly lookup: Lookup & Pick<SearchFunctions, "setTableMask">;
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
  const levels = Array.from({ length: byLevel.levels }, (_, level) => byLevel.of(level));
  // Record no violation again.
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableMask(2 ** get(shared, "tableLog2") - 1);
  const moves: Moves = { from: [], to: [] };
  const settle = (): boolean => {
    let settled = false;
    while (followNoted(noted, levels) || followMoves(noted, moves)) settled = true;
    return settled;
  };

  const expanded = new Set<number>();
  settle();
  for (let settled = true; settled; settled = settle()) {
    for (const state of onCycles(noted, levels)) {
      if (expanded.has(state)) continue;
      expanded.add(state);
      expandAgain(shared, explored, [state, state + 1], moves);
    }
  }
  for (const range of unsettled(noted, levels)) expandAgain(shared, explored, range, moves);
  settle();
  for (const [level, segments] of levels.entries()) {
    const left = unsettled(noted, [segments]);
    if (left.length > 0) return leastOf(explored, reduction, levelOf(level), left);
  }
  return undefined;
}

type Levels = readonly (readonly Segment[])[];

/** Pairs of an undecided state and one of its successors. */
interface Moves {
  readonly from: number[];
  readonly to: number[];
}

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

/** Decides from the deepest level to the first, and repeats if notes point back to an earlier level. */
function followNoted(noted: Int32Array, levels: Levels): boolean {
  let settled = false;
  for (let changed = true; changed; settled ||= changed) {
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
  return settled;
}

function followMoves(noted: Int32Array, { from, to }: Moves): boolean {
  let settled = false;
  for (let changed = true; changed; settled ||= changed) {
    changed = false;
    for (let i = 0; i < from.length; i++) {
      const state = at(from, i);
      if (wordAt(noted, state) === ended || wordAt(noted, at(to, i)) !== ended) continue;
      noted[state] = ended;
      changed = true;
    }
  }
  return settled;
}

/**
 * When the sweeps decide nothing more, the notes lead from every undecided state into a cycle (or to a deadlock). Few
 * states are on cycles. As soon as one of them is decided, all states whose notes lead there are decided too.
 */
function onCycles(noted: Int32Array, levels: Levels): readonly number[] {
  const found: number[] = [];
  const ranges = unsettled(noted, levels);
  if (ranges.length === 0) return [];
  /** By state: the number of the pass that visited it, counted from 1. */
  const passOf = new Int32Array(levels.flat().reduce((most, { end }) => Math.max(most, end), 0));
  let pass = 0;
  for (const [first, end] of ranges) {
    for (let start = first; start < end; start++) {
      pass++;
      let state = start;
      while (state >= 0 && wordAt(passOf, state) === 0) {
        passOf[state] = pass;
        state = wordAt(noted, state) - 1;
      }
      if (state < 0 || passOf[state] !== pass) continue;
      const entry = state;
      do {
        found.push(state);
        state = wordAt(noted, state) - 1;
      } while (state !== entry);
    }
  }
  return found;
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
      const successor = wordAt(entries, 2 * i) - 1;
      if (successor < 0) continue;
      from.push(wordAt(parents, 2 * i));
      to.push(successor);
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
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableMask(2 ** get(shared, "tableLog2") - 1);
  return {
    lookup,
    unsettled(level) {
      const levels = [byLevel.of(level)];
      followNoted(noted, levels);
      return unsettled(noted, levels);
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
