import { control } from "../../memory/memory-map.ts";
import { countUp, get, put, type SharedMemory } from "./shared-memory.ts";

/** What all workers do after the barrier. */
export const phases = { expand: 0, grow: 1, stop: 2, handOver: 3, betweenLevels: 4 } as const;

/**
 * Waits until all workers are here. The last one to come runs `lead` while the others still wait, so it sees and changes
 * the shared state alone. Its writes are visible to all when they go on. Returns false if the search was aborted: a
 * worker that died will never come, so the others must not wait for it.
 */
export function passBarrier(shared: SharedMemory, lead: () => void): boolean {
  const generation = get(shared, "generation");
  if (countUp(shared, "arrived") === get(shared, "participants") - 1) {
    lead();
    put(shared, "arrived", 0);
    wakeAll(shared);
  } else {
    const index = control.generation / 4;
    while (get(shared, "generation") === generation && get(shared, "abort") === 0)
      Atomics.wait(shared.words, index, generation);
  }
  return get(shared, "abort") === 0;
}

function wakeAll(shared: SharedMemory): void {
  countUp(shared, "generation");
  Atomics.notify(shared.words, control.generation / 4);
}

/** Makes every worker return, whether it waits or works. */
export function abort(shared: SharedMemory): void {
  put(shared, "abort", 1);
  put(shared, "pause", 1);
  wakeAll(shared);
}
