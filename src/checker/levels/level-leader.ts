/** The decisions that the last worker at a barrier makes for all. */
import { at } from "../../ir/lookup.ts";
import { blockSize, overshootOf } from "../../memory/memory-map.ts";
import { phases } from "../memory/barrier.ts";
import { endingAt, endings, settle } from "../memory/ending.ts";
import { get, longWord, put, type SharedMemory, tableEntries } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import { noteLevelStart } from "./level-start.ts";

export interface Limits {
  readonly maxDepth: number;
  readonly maxStates: number;
  readonly stopAtFirstViolation: boolean;
  /** If not 0: the search ends with the level by which all of these violations are found. */
  readonly violationsToFind: bigint;
  /** How many shortest violations of each property are kept. */
  readonly candidatesOfEach: number;
  /** At the end of a level with more states than this, a search on one thread continues on several. */
  readonly handOverAbove: number;
  /** Hand over as soon as all threads are ready. */
  readonly handOverToReady: boolean;
  /** Hand over at the first end of a level after this time, by the same clock as `deadline`. */
  readonly handOverAt: number;
  /**
   * The latest time to end, by the clock of the searching thread (performance.now()), because no timer runs meanwhile.
   */
  readonly deadline: number;
  /** Whether to copy the counters at the start of each level, so that a checkpoint can leave out a later part. */
  readonly notesLevelStarts: boolean;
}

/**
 * All workers have stopped: either a pause was requested, or the level is done. The reasons for a pause stay true until
 * they are handled here. So a worker that paused in the middle of its work is never mistaken for one without work.
 */
export function lead(store: Store, limits: Limits): void {
  const { shared } = store;
  if (get(shared, "pause") !== 0) put(shared, "phase", phases.stop);
  else if (get(shared, "states") > get(shared, "pauseAbove")) makeRoom(store, limits);
  else nextLevel(store, limits, get(shared, "levelEnd") === get(shared, "segments"));
}

function stop(shared: SharedMemory, ending: number): void {
  settle(shared, ending);
  put(shared, "phase", phases.stop);
}

/** Called if there are more states than `pauseAbove`: says what to do in `phase`. */
export function makeRoom(store: Store, limits: Limits): void {
  const { shared } = store;
  const { stopAtStates, mostEntries } = shared.plan;
  const states = get(shared, "states");
  if (states > limits.maxStates) stop(shared, endingAt("states"));
  else if (states <= Math.min(stopAtStates - get(shared, "abandoned"), fullTable(store))) {
    // The threads met because the store has little room.
    if (store.room() <= 0) stop(shared, endingAt("memory"));
    else {
      put(shared, "phase", store.growsBeside() ? phases.grow : phases.expand);
      put(shared, "pauseAbove", pauseThreshold(store, limits));
    }
  } else if (states > stopAtStates - get(shared, "abandoned") || tableEntries(shared) >= mostEntries)
    stop(shared, endingAt("memory"));
  else {
    grow(store, limits);
    put(shared, "reinsertClaim", 0);
    put(shared, "phase", phases.grow);
  }
}

function grow(store: Store, limits: Limits): void {
  const { shared } = store;
  put(shared, "tableEntries", Math.min(shared.plan.mostEntries, store.largerTable(tableEntries(shared))));
  put(shared, "pauseAbove", pauseThreshold(store, limits));
}

/** Gives an empty table the size that it would have grown to with as many states as there are. */
export function growForAll(store: Store, limits: Limits): void {
  const { shared } = store;
  const { plan } = shared;
  const states = get(shared, "states");
  while (states > get(shared, "pauseAbove") && states <= limits.maxStates && tableEntries(shared) < plan.mostEntries)
    grow(store, limits);
}

/**
 * The number of states at which the workers must meet again: the table is full enough, or a limit is reached.
 */
export function pauseThreshold(store: Store, limits: Limits): number {
  const { shared } = store;
  const { stopAtStates } = shared.plan;
  const room = get(shared, "states") + store.room();
  return Math.floor(Math.min(limits.maxStates, stopAtStates - get(shared, "abandoned"), fullTable(store), room));
}

/**
 * The number of states at which the table must grow. A table that cannot grow is large enough for `stopAtStates`, unless states
 * leave it at the end of each level; then the search stops here.
 */
function fullTable(store: Store): number {
  const { shared } = store;
  const { plan } = shared;
  const size = tableEntries(shared);
  const overshoot = overshootOf(plan.workers, plan.batchCapacity);
  return (
    get(shared, "outOfTable") + Math.min(store.mostStatesIn(size), size - 2 * overshoot - get(shared, "abandoned"))
  );
}

/** Call this when all threads have ended. The rest of the blocks that they were filling stays unused. */
export function abandonBlocks(store: Store, limits: Limits): void {
  store.abandonBlocks();
  put(store.shared, "pauseAbove", pauseThreshold(store, limits));
}

/** Called when a level is done. `isExhausted`: the next level has no states. */
export function nextLevel(store: Store, limits: Limits, isExhausted: boolean): void {
  const { shared } = store;
  const finished = get(shared, "levelFirst");
  const first = get(shared, "levelEnd");
  const end = get(shared, "segments");
  const found = at(longWord(shared, "found"), 0);
  const news = longWord(shared, "newViolations");
  news[0] = at(news, 0) & ~found;
  put(shared, "levelFirst", first);
  put(shared, "levelEnd", end);
  if (isExhausted) return stop(shared, endings.exhausted);
  put(shared, "depth", get(shared, "depth") + 1);
  store.leaveLevel(finished, first);
  put(shared, "pauseAbove", pauseThreshold(store, limits));
  if (store.worksBetweenLevels) {
    put(shared, "reinsertClaim", first);
    put(shared, "phase", phases.betweenLevels);
  } else enterLevel(shared, limits);
}

/** Begins a level, or ends the search before it. */
export function enterLevel(shared: SharedMemory, limits: Limits): void {
  const { plan } = shared;
  put(shared, "claim", get(shared, "levelFirst"));
  if (limits.notesLevelStarts) noteLevelStart(shared);
  const found = at(longWord(shared, "found"), 0);
  const sought = limits.violationsToFind;
  if (found !== 0n && limits.stopAtFirstViolation) return stop(shared, endings.violated);
  if (sought !== 0n && (found & sought) === sought) return stop(shared, endings.violated);
  if (get(shared, "depth") >= limits.maxDepth) return stop(shared, endingAt("depth"));
  if (performance.now() >= limits.deadline) return stop(shared, endingAt("timeout"));
  const stillNeeded = 8 * plan.workers + Math.ceil((plan.maxStates - get(shared, "states")) / blockSize);
  if (get(shared, "levelEnd") + stillNeeded > plan.maxSegments) return stop(shared, endingAt("memory"));
  const handsOver =
    get(shared, "handOver") !== 0 ||
    get(shared, "states") > limits.handOverAbove ||
    performance.now() >= limits.handOverAt ||
    (limits.handOverToReady && get(shared, "ready") === plan.workers);
  put(shared, "phase", handsOver ? phases.handOver : phases.expand);
}
