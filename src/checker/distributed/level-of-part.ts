/** What a rank does of one level: expands its own states, and exchanges those that belong to others. */
import { type Limits, makeRoom } from "../levels/level-leader.ts";
import { phases } from "../memory/barrier.ts";
import { endings } from "../memory/ending.ts";
import { areaOf, countUp, get, segment, tableEntries } from "../memory/shared-memory.ts";
import { collect } from "../violations/violation-candidates.ts";
import { inBatches, messageInBatches, outgoingOf } from "./outgoing.ts";
import type { Part } from "./part.ts";
import { functionsOfRank } from "./rank-functions.ts";
import type { SentStates } from "./sent-states.ts";

/** Expand this long before the next exchange, so that limits and signals are noticed. */
const roundMs = 100;

export interface LevelOfPart {
  /** Expands states until an exchange is due, or about so many states are new. Whether none of the level is left. */
  readonly work: (mostNew: number) => boolean;
  /**
   * In place of expanding: takes some states of the next level that are not stored on any rank yet, each whole. They may
   * belong to any rank.
   */
  readonly take: (states: Uint8Array) => void;
  /** Sends what waits for other ranks, and inserts what comes from them. `numbers`: unless the states were taken. */
  readonly exchange: (numbers?: SentStates) => Promise<void>;
  /** Called at the end of the level. */
  readonly close: () => void;
}

/** `limits`: those of this rank alone. */
export function levelOfPart({ ranks, store, thread, reduction, candidates }: Part, limits: Limits): LevelOfPart {
  const { shared } = store;
  const { plan } = shared;
  const { functions } = thread;
  const { insertReceived, owner } = functionsOfRank(thread);
  const area = areaOf(plan, plan.workers);
  const batchAt = area + plan.canonicalIn;
  const bytes = new Uint8Array(shared.memory.buffer);
  const violationsStart = (area + plan.violationsIn) >>> 0;
  const outgoing = outgoingOf(shared);
  functions.setTableSize(tableEntries(shared));
  let [first, last] = [0, 0];

  /** Whether the search can go on. */
  function makeRoomIfNeeded(): boolean {
    if (get(shared, "states") <= get(shared, "pauseAbove")) return true;
    functions.closeSegment();
    const entries = tableEntries(shared);
    makeRoom(store, limits);
    const phase = get(shared, "phase");
    if (phase === phases.stop) return false;
    if (phase === phases.grow) thread.grow(entries);
    if (first < last) thread.reach(first, last);
    return true;
  }

  /** Inserts the first states of the batch, and keeps their places from a position on. */
  function insert(count: number, position = plan.maxStates - 1): void {
    thread.reach(0, 1);
    insertReceived(count, position);
    makeRoomIfNeeded();
  }

  /** Moves the own states of the batch to its front, and gives their number. The others wait to be sent. */
  function shareOut(count: number): number {
    let own = 0;
    for (let number = 0; number < count; number++) {
      const from = batchAt + number * plan.stride;
      const rank = owner(from | 0);
      if (rank !== ranks.rank) outgoing.add(rank, bytes.subarray(from, from + plan.stride));
      else bytes.copyWithin(batchAt + own++ * plan.stride, from, from + plan.stride);
    }
    return own;
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
    take(states) {
      for (const count of inBatches(shared, states)) {
        insert(shareOut(count));
        if (get(shared, "ending") !== endings.running) return;
      }
    },
    async exchange(numbers) {
      const incoming = await ranks.exchange(outgoing.messages());
      numbers?.went(shared, outgoing.parents());
      outgoing.clear();
      for (const [rank, message] of incoming.entries()) {
        for (const count of messageInBatches(shared, message)) {
          insert(count, numbers?.came(shared, rank, count));
          if (get(shared, "ending") !== endings.running) return;
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
