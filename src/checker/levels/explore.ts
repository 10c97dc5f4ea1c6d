/** The work of one thread of a search, level after level. */
import { passBarrier, phases } from "../memory/barrier.ts";
import type { SearchCode } from "../memory/module-instance.ts";
import { areaOf, countUp, get, segment, tableEntries } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { allOf, type Candidate, collect, noCandidates } from "../violations/violation-candidates.ts";
import { enterLevel, type Limits, lead } from "./level-leader.ts";

export interface Exploration {
  readonly limits: Limits;
  readonly reduction: SymmetryReduction;
}

/** Returns at the end of the search, or to hand it over. `worker` is the number of the thread's area. */
export function explore(
  store: Store,
  code: SearchCode,
  worker: number,
  exploration: Exploration,
): readonly Candidate[] {
  const turns = exploreInTurns(store, code, worker, exploration, Number.POSITIVE_INFINITY);
  for (;;) {
    const turn = turns.next();
    if (turn.done === true) return turn.value;
  }
}

/** The same, but yields about every `turnMs` between two batches. Only a thread without others may wait then. */
export function* exploreInTurns(
  store: Store,
  code: SearchCode,
  worker: number,
  { limits, reduction }: Exploration,
  turnMs: number,
): Generator<void, readonly Candidate[]> {
  const { shared } = store;
  const { plan } = shared;
  const thread = store.thread(code, worker);
  const { functions } = thread;
  const violationsStart = (areaOf(plan, worker) + plan.violationsIn) >>> 0;
  const candidates = noCandidates(limits.candidatesOfEach);
  let entries = tableEntries(shared);
  functions.setTableSize(entries);

  let [first, last] = [0, 0];
  let taken: number | undefined;
  let turnEnds = performance.now() + turnMs;
  for (;;) {
    for (;;) {
      if (first >= last) {
        if (taken !== undefined) store.leaveSegment(taken);
        taken = undefined;
        const claimed = countUp(shared, "claim");
        if (claimed >= get(shared, "levelEnd")) break;
        if (!store.takeSegment(claimed)) break;
        taken = claimed;
        ({ first, end: last } = segment(shared, claimed));
        thread.reach(first, last);
      }
      first = functions.run(first, last);
      const violations = { from: violationsStart, to: functions.violationsEnd() >>> 0 };
      if (violations.to > violations.from) collect(store, reduction, violations, candidates);
      if (turnMs !== Number.POSITIVE_INFINITY && performance.now() >= turnEnds) {
        yield;
        turnEnds = performance.now() + turnMs;
      }
      if (get(shared, "pause") !== 0 || get(shared, "states") > get(shared, "pauseAbove")) break;
    }
    functions.closeSegment();
    if (!passBarrier(shared, () => lead(store, limits))) break;
    if (get(shared, "phase") === phases.betweenLevels) {
      thread.workBetweenLevels();
      if (!passBarrier(shared, () => enterLevel(shared, limits))) break;
    }
    const phase = get(shared, "phase");
    if (phase === phases.stop || phase === phases.handOver) break;
    if (phase === phases.grow && !thread.grow(entries)) break;
    entries = tableEntries(shared);
    if (first < last) thread.reach(first, last);
  }
  return allOf(candidates);
}
