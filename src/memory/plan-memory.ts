import type { Layout } from "../ir/layout.ts";
import type { Program } from "../ir/program.ts";
import { type Owner, planExchange } from "./exchange-plan.ts";
import {
  addressSpace,
  aligned,
  batchSuccessors,
  choiceShift,
  footprintBytes,
  keyNoteBytes,
  knownEndsLog2,
  maxChecks,
  overshootOf,
  pageBytes,
  probeBytes,
  testedAt,
  violationHead,
} from "./memory-map.ts";
import type { MemoryPlan, StoreName } from "./memory-plan.ts";
import type { Partition, Room } from "./room.ts";
import { planners } from "./store-planners.ts";

const smallestTableLog2 = 16;

export interface PlanOptions<Name extends StoreName = StoreName> {
  readonly store: Name;
  /** Whether `can-always-finish` is checked. */
  readonly notesSuccessors?: boolean;
  /** Whether the search reduces by symmetries. */
  readonly symmetric?: boolean;
  /** Whether actors sleep, if the store keeps which (src/codegen/wasm/expand/sleeping-actors.ts). */
  readonly actorsSleep?: boolean;
  /** Whether `ends-alone` is checked. */
  readonly endsAlone?: boolean;
  /** The largest size of a memory, in bytes. */
  readonly mostOfOne?: number | undefined;
  /** 64 by default. Stores of whole states do not use it. */
  readonly fingerprintBits?: number | undefined;
  /** Other stores do not use it. */
  readonly partition?: Partition | undefined;
  /** The search is known to have at least so many states. */
  readonly leastStates?: number | undefined;
  /** Undefined if one process searches alone. */
  readonly rank?: Owner | undefined;
}

/** Plans a search in at most `memoryBytes`. Throws a RangeError if that is too little to start. */
export function planMemory<Name extends StoreName>(
  program: Program,
  layout: Layout,
  workers: number,
  memoryBytes: number,
  {
    store: storeName,
    notesSuccessors = false,
    symmetric = false,
    actorsSleep = false,
    endsAlone = false,
    mostOfOne = addressSpace,
    fingerprintBits = 64,
    partition = {},
    leastStates = 0,
    rank,
  }: PlanOptions<Name>,
): MemoryPlan<Name> {
  const stride = layout.words * 4;
  const locations = program.locations.length;
  const branching = program.actors.reduce((sum, actor) => {
    const own = program.locations.slice(actor.first, actor.first + actor.count);
    return sum + Math.max(...own.map(({ choices }) => choices));
  }, 0);
  if (locations >= 2 ** choiceShift)
    throw new RangeError(`the program has ${locations} locations; at most ${2 ** choiceShift - 1} can be searched`);
  if (branching >= 2 ** (32 - choiceShift))
    throw new RangeError(
      `a state has up to ${branching} choices; at most ${2 ** (32 - choiceShift) - 1} can be searched`,
    );

  const batchCapacity = batchSuccessors + branching;
  const successorsIn = locations * 8;
  const canonicalIn = symmetric ? aligned(successorsIn + batchCapacity * stride, 64) : successorsIn;
  const movesIn = aligned(canonicalIn + batchCapacity * stride, 64);
  const sleepersIn = movesIn + batchCapacity * 8;
  const probesIn = aligned(sleepersIn + batchCapacity, 64);
  const violationsIn = aligned(probesIn + batchCapacity * probeBytes, 64);
  // Expanding a batch may record as many violations as it has successors. Later, each successor may be a violation too.
  const knownEndsIn = aligned(violationsIn + 2 * batchCapacity * (violationHead + stride), 64);
  const ownIn = aligned(knownEndsIn + (endsAlone ? 2 ** knownEndsLog2 * (stride + 4) : 0), 64);
  const planner = planners[storeName];
  const areaBytes = aligned(ownIn + planner.areaBytes({ stride, memoryBytes, mostOfOne, batchCapacity }), 4096);

  const choicesAt = testedAt + maxChecks;
  const groupsAt = aligned(choicesAt + locations * 2, 64);
  const loopsAt = aligned(groupsAt + locations * 2, 64);
  const footprintsAt = aligned(loopsAt + locations * 2, 64);
  const areasAt = aligned(footprintsAt + locations * footprintBytes, 4096);
  const levelStartAt = areasAt + areaBytes * (workers + 1);
  const endOfCounters = levelStartAt + maxChecks + successorsIn * (workers + 1);
  const beside = { from: endOfCounters, stride, batchCapacity, memoryBytes };
  const exchange = rank === undefined ? undefined : planExchange(rank, beside);
  const segmentsAt = aligned(exchange?.end ?? endOfCounters, 64);

  const overshoot = overshootOf(workers, batchCapacity);
  const room: Room = {
    segmentsAt,
    memoryBytes,
    mostOfOne,
    bytes: memoryBytes - segmentsAt - 2 * pageBytes,
    stride,
    noteBytes: notesSuccessors ? 4 : 0,
    // The successors of a state may belong to other processes.
    keyNoteBytes: notesSuccessors && rank === undefined ? keyNoteBytes : 0,
    sleeperBytes: actorsSleep ? 1 : 0,
    // Two words: one for the place of a state that was received, and one for the parent of a state that was sent.
    receivedBytes: notesSuccessors && rank !== undefined ? 8 : 0,
    overshoot,
    smallestLog2: Math.max(smallestTableLog2, Math.ceil(Math.log2(overshoot * 8))),
    ownIn,
    fingerprintBits,
    workers,
    batchCapacity,
    partition,
    leastStates,
  };
  const best = planner.fit(room);
  const stopAtStates = (best?.maxStates ?? 0) - overshoot;
  if (best === undefined || stopAtStates <= 0)
    throw new RangeError(`${memoryBytes} bytes of memory are too few to search with`);
  return {
    storeName,
    ...best,
    // As large as allowed, so that searches of different programs can use the same memory.
    pages: Math.floor(Math.min(memoryBytes, mostOfOne) / pageBytes),
    workers,
    stride,
    choicesAt,
    groupsAt,
    loopsAt,
    footprintsAt,
    areasAt,
    areaBytes,
    levelStartAt,
    successorsIn,
    canonicalIn,
    movesIn,
    sleepersIn,
    probesIn,
    violationsIn,
    knownEndsIn,
    batchCapacity,
    exchange,
    segmentsAt,
    stopAtStates,
  };
}
