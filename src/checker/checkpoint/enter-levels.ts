/** Resumes a search whose finished levels are in a file beside the checkpoint: enters their states again. */
import { createHash } from "node:crypto";
import { closeSync } from "node:fs";
import { dirname, join } from "node:path";
import { openInput } from "../../files/input-file.ts";
import { DamagedCheckpoint } from "../disk/checkpoint-file.ts";
import { EndOfLevels, segmentsOf, writeStates } from "../disk/level-file.ts";
import { levelFileOf } from "../disk/level-file-of.ts";
import type { LevelStorage, SavedLevels } from "../disk/level-storage.ts";
import { get, type SharedMemory } from "../memory/shared-memory.ts";

/** Calls `enter` with what is stored of the states of each segment, in turn. */
export function enterLevels(
  checkpoint: string,
  saved: SavedLevels,
  shared: SharedMemory,
  storage: LevelStorage,
  enter: (states: Uint8Array) => void,
): void {
  const file = fileOfLevels(checkpoint, saved);
  const end = get(shared, "levelFirst");
  refusingWrongLevels(file, () => {
    const digest = storage.continues
      ? storage.digestTo(shared, end, enter)
      : copyLevels(file, shared, end, storage, enter);
    compareDigest(digest, saved);
  });
}

export function fileOfLevels(checkpoint: string, { name }: SavedLevels): string {
  return join(dirname(checkpoint), name);
}

/** Throws an EndOfLevels if the states that were read are not those that were saved. */
export function compareDigest(digest: Uint8Array, saved: SavedLevels): void {
  if (!Buffer.from(digest).equals(saved.digest)) throw new EndOfLevels("its checksum is wrong");
}

/** Throws a DamagedCheckpoint if the file is missing or wrong. */
export function refusingWrongLevels<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof EndOfLevels)
      throw new DamagedCheckpoint(`the checkpoint is damaged: ${file}, which belongs to it: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new DamagedCheckpoint(`${file} is missing, which belongs to the checkpoint`);
  }
}

function copyLevels(
  file: string,
  shared: SharedMemory,
  end: number,
  { files: { states: target } }: LevelStorage,
  visit: (states: Uint8Array) => void,
): Uint8Array {
  const source = openInput(file);
  try {
    const hash = createHash("sha256");
    let number = 0;
    for (const states of segmentsOf(shared, levelFileOf(source), 0, end)) {
      hash.update(states);
      visit(states);
      writeStates(shared, target, number++, states);
    }
    return hash.digest();
  } finally {
    closeSync(source);
  }
}
