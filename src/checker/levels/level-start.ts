/**
 * The counters at the start of the level. A search can be stopped in the middle of a level. How much of that level is
 * done then depends on timing, so a checkpoint goes back to the start of the level. States and violations of the
 * unfinished level are recognised by their place. The two counters cannot be divided in this way, so they are copied when
 * a level begins.
 */
import { at } from "../../ir/lookup.ts";
import { maxChecks, testedAt } from "../../memory/memory-map.ts";
import { areaOf, type SharedMemory } from "../memory/shared-memory.ts";

/** Called while all threads stand still. */
export function noteLevelStart({ memory, plan }: SharedMemory): void {
  const bytes = new Uint8Array(memory.buffer);
  const countBytes = plan.successorsIn;
  bytes.copyWithin(plan.levelStartAt, testedAt, testedAt + maxChecks);
  for (let worker = 0; worker <= plan.workers; worker++) {
    const area = areaOf(plan, worker);
    bytes.copyWithin(plan.levelStartAt + maxChecks + worker * countBytes, area, area + countBytes);
  }
}

export interface LevelStart {
  /** By check: 1 if its premise was true at least once. */
  readonly tested: Uint8Array;
  /** By location. */
  readonly transitionsOf: readonly number[];
}

export function levelStart({ memory, plan }: SharedMemory): LevelStart {
  const locations = plan.successorsIn / 8;
  const transitionsOf = new Array<number>(locations).fill(0);
  for (let worker = 0; worker <= plan.workers; worker++) {
    const from = plan.levelStartAt + maxChecks + worker * plan.successorsIn;
    const counts = new BigInt64Array(memory.buffer, from, locations);
    for (let location = 0; location < locations; location++)
      transitionsOf[location] = at(transitionsOf, location) + Number(at(counts, location));
  }
  return { tested: new Uint8Array(memory.buffer, plan.levelStartAt, maxChecks).slice(), transitionsOf };
}
