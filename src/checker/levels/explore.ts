/** The work of one thread of a search, level after level. */
import { at } from "../../ir/lookup.ts";
import { control, segmentBytes } from "../../memory/memory-map.ts";
import { passBarrier, phases } from "../memory/barrier.ts";
import type { SearchCode } from "../memory/module-instance.ts";
import { areaOf, get, type SharedMemory, tableEntries } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { allOf, type Candidate, collect, noCandidates } from "../violations/violation-candidates.ts";
import { enterLevel, type Limits, lead } from "./level-leader.ts";

export interface Exploration {
  readonly limits: Limits;
  readonly reduction: SymmetryReduction;
}

const wordsOfSegment = segmentBytes / 4;
const [claim, levelEnd] = [control.claim / 4, control.levelEnd / 4];

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

/**
 * The same, but yields about every `turnMs` between two batches, and before a table grows. Only a thread without others may
 * wait then.
 */
export function* exploreInTurns(
  store: Store,
  code: SearchCode,
  worker: number,
  { limits, reduction }: Exploration,
  turnMs: number,
): Generator<void, readonly Candidate[]> {
  const { shared } = store;
  const { plan, words } = shared;
  // This loop is not optimised before many segments are done, so it makes no objects and looks up no names.
  const segments = new Int32Array(shared.memory.buffer, plan.segmentsAt, plan.maxSegments * wordsOfSegment);
  const inTurns = turnMs !== Number.POSITIVE_INFINITY;
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
        const claimed = Atomics.add(words, claim, 1);
        if (claimed >= Atomics.load(words, levelEnd)) break;
        if (!store.takeSegment(claimed)) break;
        taken = claimed;
        first = at(segments, claimed * wordsOfSegment);
        last = at(segments, claimed * wordsOfSegment + 1);
        thread.reach(first, last);
      }
      first = functions.run(first, last);
      const violationsEnd = functions.violationsEnd() >>> 0;
      if (violationsEnd > violationsStart)
        collect(store, reduction, { from: violationsStart, to: violationsEnd }, candidates);
      if (inTurns && performance.now() >= turnEnds) {
        yield;
        turnEnds = performance.now() + turnMs;
      }
      // The same reasons end a run before its segment is done.
      if (first < last && mustMeet(shared)) break;
    }
    functions.closeSegment();
    if (!passBarrier(shared, () => lead(store, limits))) break;
    if (get(shared, "phase") === phases.betweenLevels) {
      thread.workBetweenLevels();
      if (!passBarrier(shared, () => enterLevel(shared, limits))) break;
    }
    const phase = get(shared, "phase");
    if (phase === phases.stop || phase === phases.handOver) break;
    if (phase === phases.grow && inTurns) yield;
    if (phase === phases.grow && !thread.grow(entries)) break;
    entries = tableEntries(shared);
    if (first < last) thread.reach(first, last);
  }
  return allOf(candidates);
}

/** Whether the threads must meet before the level is done. */
function mustMeet(shared: SharedMemory): boolean {
  return get(shared, "pause") !== 0 || get(shared, "states") > get(shared, "pauseAbove");
}
