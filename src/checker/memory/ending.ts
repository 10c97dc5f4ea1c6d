/** How a search ended, as all its threads see it. */
import { control } from "../../memory/memory-map.ts";
import type { Bound } from "../contract/search-types.ts";
import type { SharedMemory } from "./shared-memory.ts";

/** Values of the control word `ending`: how the search ended. A limit's number is one more than its position. */
export const bounds: readonly Bound[] = ["depth", "states", "memory", "disk", "timeout", "signal"];
export const endings = { running: 0, exhausted: 7, violated: 8 } as const;

export function endingAt(bound: Bound): number {
  return bounds.indexOf(bound) + 1;
}

/** Only the first call counts, because a leader and the main thread may both have a reason. */
export function settle({ words }: SharedMemory, ending: number): void {
  Atomics.compareExchange(words, control.ending / 4, endings.running, ending);
}
