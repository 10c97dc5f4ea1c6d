/** What one thread of a search does, level after level. */
import { type Descriptor, writeSegment } from "../disk/level-file.ts";
import { openWindow } from "../memory/bank-window.ts";
import { instantiate, type ModuleInstance, type SearchCode } from "../memory/module-instance.ts";
import { areaOf, countUp, get, type SharedMemory, segment } from "../memory/shared-memory.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { type Candidate, type Candidates, collect } from "../violations/violation-candidates.ts";
import { passBarrier, phases } from "./barrier.ts";
import { filterLevel } from "./filter-level.ts";
import { growFingerprints } from "./fingerprint-growth.ts";
import { type Limits, lead } from "./level-leader.ts";

export interface Exploration {
  readonly limits: Limits;
  readonly reduction: SymmetryReduction;
  /** Where the store does not keep the states of finished levels. */
  readonly levelFile: Descriptor | undefined;
}

/** Returns at the end of the search, or where it is to be handed over. `worker` is the number of the thread's area. */
export function explore(
  shared: SharedMemory,
  code: SearchCode,
  worker: number,
  { limits, reduction, levelFile }: Exploration,
): readonly Candidate[] {
  const { plan } = shared;
  const instance = instantiate(code, shared, worker);
  const violationsStart = (areaOf(plan, worker) + plan.violationsIn) >>> 0;
  const candidates: Candidates = new Map();
  let entries = 2 ** get(shared, "tableLog2");
  instance.setTableMask(entries - 1);

  let [first, last] = [0, 0];
  for (;;) {
    for (;;) {
      if (first >= last) {
        const claimed = countUp(shared, "claim");
        if (claimed >= get(shared, "levelEnd")) break;
        if (levelFile !== undefined && !writeSegment(shared, levelFile, claimed)) break;
        ({ first, end: last } = segment(shared, claimed));
        openWindow(shared, instance, worker, first, last);
      }
      first = instance.run(first, last);
      const violationsEnd = instance.violationsEnd() >>> 0;
      if (violationsEnd > violationsStart) collect(shared, reduction, violationsStart, violationsEnd, candidates);
      if (get(shared, "pause") !== 0 || get(shared, "states") > get(shared, "pauseAbove")) break;
    }
    instance.closeSegment();
    if (!passBarrier(shared, () => lead(shared, limits))) break;
    if (get(shared, "phase") === phases.filter && !filterLevel(shared, instance, worker, limits)) break;
    const phase = get(shared, "phase");
    if (phase === phases.stop || phase === phases.handOver) break;
    const grow = shared.plan.recycling === undefined ? growTable : growFingerprints;
    if (phase === phases.grow && !grow(shared, instance, worker, entries)) break;
    entries = 2 ** get(shared, "tableLog2");
    if (first < last) openWindow(shared, instance, worker, first, last);
  }
  return [...candidates.values()];
}

/** All threads clear the table (beyond its old size nothing was ever written), and then enter all states again. */
function growTable(shared: SharedMemory, instance: ModuleInstance, worker: number, oldEntries: number): boolean {
  const { memory, plan } = shared;
  const participants = get(shared, "participants");
  const share = Math.ceil(oldEntries / participants);
  const from = Math.min(oldEntries, share * (worker % participants));
  const to = Math.min(oldEntries, from + share);
  new Int32Array(memory.buffer, plan.tableAt + from * 4, to - from).fill(0);
  instance.setTableMask(2 ** get(shared, "tableLog2") - 1);
  if (!passBarrier(shared, () => {})) return false;
  const segments = get(shared, "segments");
  for (let claimed = countUp(shared, "reinsertClaim"); claimed < segments; claimed = countUp(shared, "reinsertClaim")) {
    const { first, end } = segment(shared, claimed);
    openWindow(shared, instance, worker, first, end);
    instance.reinsert(first, end);
  }
  return passBarrier(shared, () => {});
}
