/**
 * The work of one rank of a search, level after level (docs/internals/distributed.md). In a round, a rank expands some of
 * its states of the level. Then all ranks compare how far they are, and exchange the states that belong to others. A level
 * ends with the round after which no rank has more to expand.
 */
import { turnOfEventLoop } from "../../ir/event-loop.ts";
import { at } from "../../ir/lookup.ts";
import type { SearchOptions } from "../contract/search-types.ts";
import { type Limits, makeRoom, nextLevel } from "../levels/level-leader.ts";
import { phases } from "../memory/barrier.ts";
import { endingAt, endings, settle } from "../memory/ending.ts";
import { areaOf, countUp, get, longWord, put, segment, transitionCounts } from "../memory/shared-memory.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { type Candidates, collect } from "../violations/violation-candidates.ts";
import { inBatches, outgoingOf } from "./outgoing.ts";
import { functionsOfRank } from "./rank-functions.ts";
import type { Ranks } from "./ranks.ts";
import { compareStandings, type Standing, type Standings } from "./standing.ts";

/** One rank's part of a search. */
export interface Part {
  readonly ranks: Ranks;
  readonly store: Store;
  readonly thread: StoreThread;
  /** Of the whole search. */
  readonly limits: Limits;
  readonly reduction: SymmetryReduction;
  readonly locations: number;
  /** What this rank has found. */
  readonly candidates: Candidates;
}

/** Expand this long before the next exchange, so that limits and signals are noticed. */
const roundMs = 100;

/** Report progress this often. */
const reportMs = 200;

export async function explorePart(
  part: Part,
  { signal, onProgress }: Pick<SearchOptions, "signal" | "onProgress">,
  seconds: () => number,
): Promise<void> {
  const { ranks, store, limits } = part;
  const { shared } = store;
  const { maxStates, deadline } = limits;
  // A limit on all states is kept here; the memory of a rank has its own.
  const own = { ...limits, maxStates: Number.POSITIVE_INFINITY, deadline: Number.POSITIVE_INFINITY };
  const level = levelOfPart(part, own);
  let frontier = 1;
  let reported = performance.now();

  /** All ranks decide alike whether and why the search ends. */
  const compare = async (isDone: boolean): Promise<Standings> => {
    await turnOfEventLoop();
    if (signal?.aborted === true) settle(shared, endingAt("signal"));
    if (ranks.rank === 0 && performance.now() >= deadline) settle(shared, endingAt("timeout"));
    const all = await compareStandings(ranks, standingOf(part, isDone));
    const exceeds = all.ending === endings.running && all.states > maxStates;
    const ending = exceeds ? endingAt("states") : all.ending;
    longWord(shared, "found")[0] = all.found;
    put(shared, "ending", ending);
    if (onProgress !== undefined && performance.now() >= reported + reportMs) {
      reported = performance.now();
      const { states, transitions, bytes } = all;
      onProgress({ states, transitions, bytes, depth: get(shared, "depth"), frontier, seconds: seconds() });
    }
    return { ...all, ending };
  };

  let all = await compare(false);
  while (all.ending === endings.running) {
    const isDone = level.work((maxStates - all.states) / ranks.size);
    all = await compare(isDone);
    await level.exchange();
    if (!all.isDone || all.ending !== endings.running) continue;
    level.close();
    all = await compare(true);
    if (all.ending !== endings.running) break;
    frontier = all.next;
    nextLevel(store, own, frontier === 0);
  }
}

function standingOf({ store, locations }: Part, isDone: boolean): Standing {
  const { shared } = store;
  const transitions = transitionCounts(shared, locations).reduce((sum, count) => sum + count, 0);
  let next = 0;
  for (let number = get(shared, "levelEnd"); number < get(shared, "segments"); number++) {
    const { first, end } = segment(shared, number);
    next += end - first;
  }
  return {
    isDone,
    ending: get(shared, "ending"),
    states: get(shared, "states"),
    next,
    transitions,
    bytes: store.bytesInUse(),
    found: at(longWord(shared, "found"), 0),
  };
}

interface LevelOfPart {
  /** Expands states until an exchange is due, or about so many states are new. Whether none of the level is left. */
  readonly work: (mostNew: number) => boolean;
  /** Sends what waits for other ranks, and inserts what comes from them. */
  readonly exchange: () => Promise<void>;
  /** Called at the end of the level. */
  readonly close: () => void;
}

function levelOfPart({ ranks, store, thread, reduction, candidates }: Part, limits: Limits): LevelOfPart {
  const { shared } = store;
  const { plan } = shared;
  const { functions } = thread;
  const { insertReceived } = functionsOfRank(thread);
  const area = areaOf(plan, plan.workers);
  const violationsStart = (area + plan.violationsIn) >>> 0;
  const outgoing = outgoingOf(shared);
  functions.setTableMask(2 ** get(shared, "tableLog2") - 1);
  let [first, last] = [0, 0];

  /** Whether the search can go on. */
  function makeRoomIfNeeded(): boolean {
    if (get(shared, "states") <= get(shared, "pauseAbove")) return true;
    functions.closeSegment();
    const entries = 2 ** get(shared, "tableLog2");
    makeRoom(store, limits);
    const phase = get(shared, "phase");
    if (phase === phases.stop) return false;
    if (phase === phases.grow) thread.grow(entries);
    if (first < last) thread.reach(first, last);
    return true;
  }

  /** Whether there is a state to expand. */
  function haveSegment(): boolean {
    if (first < last) return true;
    const claimed = countUp(shared, "claim");
    if (claimed >= get(shared, "levelEnd") || !store.takeSegment(claimed)) return false;
    ({ first, end: last } = segment(shared, claimed));
    thread.reach(first, last);
    return true;
  }

  return {
    work(mostNew) {
      // This rank may have a reason to end that the others do not know yet.
      if (get(shared, "ending") !== endings.running) return false;
      const until = performance.now() + roundMs;
      const mostStates = get(shared, "states") + mostNew;
      while (haveSegment()) {
        first = functions.run(first, last);
        const violations = { from: violationsStart, to: functions.violationsEnd() >>> 0 };
        if (violations.to > violations.from) collect(store, reduction, violations, candidates);
        if (!makeRoomIfNeeded() || get(shared, "pause") !== 0) return false;
        if (performance.now() >= until || get(shared, "states") > mostStates) return false;
      }
      return true;
    },
    async exchange() {
      const incoming = await ranks.exchange(outgoing.states());
      outgoing.clear();
      for (const states of incoming) {
        for (const count of inBatches(shared, states)) {
          thread.reach(0, 1);
          insertReceived(count);
          if (!makeRoomIfNeeded()) return;
        }
      }
      if (first < last) thread.reach(first, last);
    },
    close() {
      functions.closeSegment();
      [first, last] = [0, 0];
    },
  };
}
