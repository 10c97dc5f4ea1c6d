/**
 * Stands in a bundle for src/checker/stores/store-kinds.ts (`browser` in package.json). No question of the page chooses a
 * store, and the others write files.
 */

import type { SharedMemory } from "../../../checker/memory/shared-memory.ts";
import { exact } from "../../../checker/stores/exact.ts";
import type { Store } from "../../../checker/stores/store.ts";

export function keepsLevelsInFile(): boolean {
  return exact.keepsLevelsInFile;
}

export function openStore(shared: SharedMemory<"exact">): Store {
  return exact.open(shared, undefined);
}

/** Whole states are not divided. */
export function partitionFor(): undefined {
  return undefined;
}
