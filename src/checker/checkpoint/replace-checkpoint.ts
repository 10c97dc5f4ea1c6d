/** A checkpoint takes the place of an earlier one of the same name. */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import type { Rank } from "../../memory/exchange-plan.ts";
import type { SearchOptions } from "../contract/search-types.ts";
import { type Beside, type LevelStorage, namesBeside, openStorage, type SavedLevels } from "../disk/level-storage.ts";
import type { Store } from "../stores/store.ts";
import { type Progress, saveStates } from "./checkpoint.ts";
import type { Head, Identified, PartsHead } from "./checkpoint-head.ts";
import { nameOfRank, partFile, readHead } from "./parts.ts";

/** The checkpoint of that name; undefined if there is none that can be read. */
export function existingHead(file: string): Head | PartsHead | undefined {
  try {
    return readHead(file);
  } catch {
    return undefined;
  }
}

/** Of a search by one process. Call this while no thread searches. */
export function saveCheckpoint(file: string, search: Identified, store: Store, progress: Progress): void {
  const before = existingHead(file);
  saveStates(file, search, store, progress);
  progress.storage?.kept();
  removeEarlier(file, before, undefined);
}

/** Opens the file for the states of finished levels. Throws a UserError if it cannot be written. */
export function openStorageFor(options: SearchOptions, together: Rank | undefined): LevelStorage {
  return openStorage(besideCheckpoint(options, together), options.spillFolder);
}

/** With a checkpoint, the states are kept beside it. */
function besideCheckpoint(
  { checkpoint, resumeFrom }: Pick<SearchOptions, "checkpoint" | "resumeFrom">,
  together: Rank | undefined,
): Beside | undefined {
  if (checkpoint === undefined) return undefined;
  const { file } = checkpoint;
  const head = existingHead(file);
  const isResumed = resumeFrom !== undefined && resolve(resumeFrom) === resolve(file);
  if (together === undefined)
    return { checkpoint: file, before: head && "levels" in head ? head.levels : undefined, goesOn: isResumed };
  const parts = head !== undefined && "parts" in head ? head.parts : undefined;
  return {
    checkpoint: nameOfRank(file, together.rank),
    before: parts && together.rank < parts.count ? levelsOfPart(partFile(file, together.rank, parts.turn)) : undefined,
    goesOn: isResumed && parts?.count === together.size,
  };
}

function levelsOfPart(file: string): SavedLevels | undefined {
  const head = existingHead(file);
  return head !== undefined && "levels" in head ? head.levels : undefined;
}

/**
 * Removes what the checkpoint before had, and the one that took its place does not have. If there are several processes,
 * each removes a share.
 */
export function removeEarlier(file: string, before: Head | PartsHead | undefined, together: Rank | undefined): void {
  if (before === undefined) return;
  const { rank, size } = together ?? { rank: 0, size: 1 };
  if ("parts" in before)
    for (let other = together === undefined ? 0 : rank + size; other < before.parts.count; other += size)
      remove([partFile(file, other, 1), partFile(file, other, 2), ...namesBeside(nameOfRank(file, other))]);
  else if (together !== undefined && rank === 0) remove(namesBeside(file));
}

function remove(files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
}
