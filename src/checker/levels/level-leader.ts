/** What the last worker to reach a barrier decides for all. */
import { at } from "../../ir/lookup.ts";
import { blockSize, overshootOf } from "../../memory/memory-map.ts";
import { phases } from "../memory/barrier.ts";
import { outcomeOf, outcomes, settle } from "../memory/outcome.ts";
import { get, longWord, put, type SharedMemory } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import { noteLevelStart } from "./level-start.ts";

export interface Limits {
  readonly maxDepth: number;
  readonly maxStates: number;
  readonly stopAtFirstViolation: boolean;
  /** Where not 0: the search ends with the level by which all of these violations are found. */
  readonly violationsToFind: bigint;
  /** At the end of a level with more states than this, a search that began on one thread goes on on several. */
  readonly handOverAbove: number;
  /** Hand over as soon as all threads are ready to go on. */
  readonly handOverToReady: boolean;
  /** Hand over at the first end of a level after this, by the same clock as `deadline`. */
  readonly handOverAt: number;
  /** When to end at the latest, by the clock of the thread that searches (performance.now()): no timer is heard then. */
  readonly deadline: number;
  /** Whether what was counted is noted at the start of each level, so that a checkpoint can leave out the rest. */
  readonly notesLevelStarts: boolean;
}

/**
 * All workers have stopped, so either someone asked for a pause or the level is done. The reasons to pause stay true
 * until they are dealt with here, so a worker that paused in the middle of its work is never taken for one that has
 * none left.
 */
export function lead(store: Store, limits: Limits): void {
  const { shared } = store;
  if (get(shared, "pause") !== 0) put(shared, "phase", phases.stop);
  else if (get(shared, "states") > get(shared, "pauseAbove")) makeRoom(store, limits);
  else nextLevel(store, limits);
}

function stop(shared: SharedMemory, outcome: number): void {
  settle(shared, outcome);
  put(shared, "phase", phases.stop);
}

function makeRoom(store: Store, limits: Limits): void {
  const { shared } = store;
  const { stopAtStates, tableMaxLog2 } = shared.plan;
  const states = get(shared, "states");
  const log2 = get(shared, "tableLog2");
  if (states > limits.maxStates) stop(shared, outcomeOf("states"));
  else if (states <= Math.min(stopAtStates - get(shared, "abandoned"), fullTable(shared))) {
    // Threads met because the store has little room.
    if (store.room() <= 0) stop(shared, outcomeOf("memory"));
    else {
      put(shared, "pauseAbove", pauseThreshold(store, limits));
      put(shared, "phase", phases.expand);
    }
  } else if (states > stopAtStates - get(shared, "abandoned") || log2 >= tableMaxLog2)
    stop(shared, outcomeOf("memory"));
  else {
    grow(store, limits);
    put(shared, "reinsertClaim", 0);
    put(shared, "phase", phases.grow);
  }
}

/** From these sizes on (4 and 32 MiB of 32-bit entries) memory matters more, and in the end more than time. */
const [middlingLog2, largeLog2] = [20, 23];

/** Growing costs an insertion for every state: by eight while the table is small, by two when it is large. */
function grow(store: Store, limits: Limits): void {
  const { shared } = store;
  const log2 = get(shared, "tableLog2");
  put(
    shared,
    "tableLog2",
    Math.min(shared.plan.tableMaxLog2, log2 + (log2 < middlingLog2 ? 3 : log2 < largeLog2 ? 2 : 1)),
  );
  put(shared, "pauseAbove", pauseThreshold(store, limits));
}

/** Gives an empty table the size that it would have grown to with as many states as there are. */
export function growForAll(store: Store, limits: Limits): void {
  const { shared } = store;
  const { plan } = shared;
  const states = get(shared, "states");
  while (
    states > get(shared, "pauseAbove") &&
    states <= limits.maxStates &&
    get(shared, "tableLog2") < plan.tableMaxLog2
  )
    grow(store, limits);
}

/** At how many states the workers must meet again: the table is three quarters full, or a bound is reached. */
export function pauseThreshold(store: Store, limits: Limits): number {
  const { shared } = store;
  const { stopAtStates } = shared.plan;
  const room = get(shared, "states") + store.room();
  return Math.floor(Math.min(limits.maxStates, stopAtStates - get(shared, "abandoned"), fullTable(shared), room));
}

/**
 * With how many states the table has to grow. A table that cannot grow is large enough for `stopAtStates`, unless states
 * leave it at the end of each level; then the search stops here.
 */
function fullTable(shared: SharedMemory): number {
  const { plan } = shared;
  const log2 = get(shared, "tableLog2");
  const size = 2 ** log2;
  const overshoot = overshootOf(plan.workers, plan.batchCapacity);
  return get(shared, "outOfTable") + Math.min(0.75 * size, size - 2 * overshoot - get(shared, "abandoned"));
}

/** To be called when all threads have ended: what is left of the blocks that they were filling stays unused. */
export function abandonBlocks(store: Store, limits: Limits): void {
  store.abandonBlocks();
  put(store.shared, "pauseAbove", pauseThreshold(store, limits));
}

function nextLevel(store: Store, limits: Limits): void {
  const { shared } = store;
  const finished = get(shared, "levelFirst");
  const first = get(shared, "levelEnd");
  const end = get(shared, "segments");
  const found = at(longWord(shared, "found"), 0);
  const news = longWord(shared, "newViolations");
  news[0] = at(news, 0) & ~found;
  put(shared, "levelFirst", first);
  put(shared, "levelEnd", end);
  if (first === end) return stop(shared, outcomes.exhausted);
  put(shared, "depth", get(shared, "depth") + 1);
  store.leaveLevel(finished, first);
  put(shared, "pauseAbove", pauseThreshold(store, limits));
  if (store.worksBetweenLevels) {
    put(shared, "reinsertClaim", first);
    put(shared, "phase", phases.betweenLevels);
  } else enterLevel(shared, limits);
}

/** A level begins, or the search ends before it. */
export function enterLevel(shared: SharedMemory, limits: Limits): void {
  const { plan } = shared;
  put(shared, "claim", get(shared, "levelFirst"));
  if (limits.notesLevelStarts) noteLevelStart(shared);
  const found = at(longWord(shared, "found"), 0);
  const sought = limits.violationsToFind;
  if (found !== 0n && limits.stopAtFirstViolation) return stop(shared, outcomes.violated);
  if (sought !== 0n && (found & sought) === sought) return stop(shared, outcomes.violated);
  if (get(shared, "depth") >= limits.maxDepth) return stop(shared, outcomeOf("depth"));
  if (performance.now() >= limits.deadline) return stop(shared, outcomeOf("timeout"));
  const stillNeeded = 8 * plan.workers + Math.ceil((plan.maxStates - get(shared, "states")) / blockSize);
  if (get(shared, "levelEnd") + stillNeeded > plan.maxSegments) return stop(shared, outcomeOf("memory"));
  const handsOver =
    get(shared, "handOver") !== 0 ||
    get(shared, "states") > limits.handOverAbove ||
    performance.now() >= limits.handOverAt ||
    (limits.handOverToReady && get(shared, "ready") === plan.workers);
  put(shared, "phase", handsOver ? phases.handOver : phases.expand);
}
