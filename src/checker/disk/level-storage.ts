/**
 * Manages the file of finished levels. Without checkpoints its name is removed as soon as it is open, so no file remains,
 * however the process ends. With checkpoints it is beside the checkpoint, which then need not hold those states: the
 * checkpoint names the file, and has a digest of the finished segments. The file only grows after these segments, so the
 * last checkpoint stays valid. There are two names for the file. So a new search under the name of an earlier checkpoint
 * does not damage that one before it has its own.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../diagnostics/user-error.ts";
import type { FileKind } from "../../files/file-kind.ts";
import { UnusableFile } from "../../files/input-file.ts";
import { fileTarget } from "../../files/output-target.ts";
import { writeAll } from "../../files/replace-file.ts";
import { systemReason } from "../../files/system-errors.ts";
import type { SharedMemory } from "../memory/shared-memory.ts";
import { type Descriptor, fileHead, type LevelFile, type LevelFiles, segmentsOf } from "./level-file.ts";
import { levelFileOf } from "./level-file-of.ts";

export interface LevelStorage {
  readonly files: LevelFiles;
  /** The digest of the segments before this one, never of fewer than last time. Calls `visit` with the new ones. */
  readonly digestTo: (shared: SharedMemory, endSegment: number, visit?: (states: Uint8Array) => void) => Uint8Array;
  /** Whether it is the file of the checkpoint that is resumed. */
  readonly continues: boolean;
  /** The file's name, if a checkpoint can name it. */
  readonly name: string | undefined;
  /** A checkpoint may name the file from now on: another process decides it. Until it is known, the file stays. */
  readonly mayBeNamed: (isUndecided: boolean) => void;
  /** A checkpoint now names the file, so it stays, and the file of the checkpoint before may be removed. */
  readonly kept: () => void;
  /** Called at the end of the search. */
  readonly close: () => void;
}

/** The same with the file of states alone. */
interface StateStorage extends Omit<LevelStorage, "files"> {
  readonly file: LevelFile;
}

/** What a checkpoint says about the file. */
export interface SavedLevels {
  readonly name: string;
  readonly digest: Uint8Array;
}

/** The folder for files that can become large. It is not /tmp, which is often kept in memory. */
function usualFolder(): string {
  const { TMPDIR } = process.env;
  if (TMPDIR !== undefined && TMPDIR !== "") return TMPDIR;
  return process.platform === "linux" ? "/var/tmp" : tmpdir();
}

function namelessFile(folder: string): Descriptor {
  const file = join(folder, `exclusive-check-${process.pid}-${performance.now()}.states`);
  const descriptor = openSync(file, "wx+", 0o600);
  try {
    rmSync(file);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

/** The two names of a checkpoint's file. */
export function namesBeside(checkpoint: string): readonly [string, string] {
  return [`${checkpoint}.states1`, `${checkpoint}.states2`];
}

/** A new file beside a checkpoint that is not yet written. The existing checkpoint names `before`. */
function storageBeside(checkpoint: string, before: SavedLevels | undefined): StateStorage {
  const [one, two] = namesBeside(checkpoint);
  const [own, other] = before?.name === basename(one) ? [two, one] : [one, two];
  if (ownFile(own)) rmSync(own);
  const descriptor = openSync(own, "wx+", 0o600);
  try {
    writeAll(descriptor, Buffer.from(fileHead, "latin1"));
  } catch (error) {
    closeSync(descriptor);
    rmSync(own);
    throw error;
  }
  return named(descriptor, { own, other, continues: false });
}

const statesKind: FileKind = { what: "a file of states", begins: new RegExp(`^${fileHead}`) };

/** Whether the file exists. Throws an UnusableFile if a file of another kind has its name. */
function ownFile(file: string): boolean {
  return fileTarget(file, statesKind).before !== undefined;
}

/** The file of the checkpoint that is resumed and will be written again. */
function sameStorage(checkpoint: string, { name }: SavedLevels): StateStorage {
  const [one, two] = namesBeside(checkpoint);
  const [own, other] = name === basename(one) ? [one, two] : [two, one];
  if (!ownFile(own)) throw new UnusableFile(`there is no ${own} any more`);
  return named(openSync(own, "r+"), { own, other, continues: true });
}

/** A checkpoint beside which the file is kept. */
export interface Beside {
  readonly checkpoint: string;
  /** What the existing checkpoint of that name says about its file. */
  readonly before: SavedLevels | undefined;
  /** Whether that checkpoint is resumed, so that its file can go on. */
  readonly goesOn: boolean;
}

/** Throws a UserError if the files cannot be written. Without a checkpoint the file is in a folder. */
export function openStorage(beside: Beside | undefined, folder: string = usualFolder()): LevelStorage {
  try {
    const { file, close, ...storage } = openStates(beside, folder);
    // No checkpoint names the notes: what a resumed search does not find there, it works out again.
    const notes = openOrClose(close, () => namelessFile(beside === undefined ? folder : dirname(beside.checkpoint)));
    return {
      ...storage,
      files: { states: file, notes: levelFileOf(notes) },
      close() {
        closeSync(notes);
        close();
      },
    };
  } catch (error) {
    const reason = error instanceof UnusableFile ? error.message : systemReason(error);
    if (reason === undefined) throw error;
    const where = beside === undefined ? `to the folder ${folder}` : `beside the checkpoint ${beside.checkpoint}`;
    const message = `the states of finished levels cannot be written ${where}: ${reason}`;
    throw new UserError([{ code: "cli/unwritable", message }]);
  }
}

/** Opens another file. If that fails, closes what is open. */
function openOrClose(close: () => void, open: () => Descriptor): Descriptor {
  try {
    return open();
  } catch (error) {
    close();
    throw error;
  }
}

function openStates(beside: Beside | undefined, folder: string): StateStorage {
  if (beside !== undefined) return openBeside(beside);
  return storage(namelessFile(folder), undefined, {
    continues: false,
    mayBeNamed: () => {},
    kept: () => {},
    remove: () => {},
  });
}

function openBeside({ checkpoint, before, goesOn }: Beside): StateStorage {
  // If its file is missing, the error comes when the states are needed.
  if (goesOn && before !== undefined && existsSync(join(dirname(checkpoint), before.name)))
    return sameStorage(checkpoint, before);
  return storageBeside(checkpoint, before);
}

function named(
  descriptor: Descriptor,
  { own, other, continues }: { readonly own: string; readonly other: string; readonly continues: boolean },
): StateStorage {
  let keep = continues;
  let undecided = false;
  return storage(descriptor, basename(own), {
    continues,
    mayBeNamed(isUndecided) {
      undecided = isUndecided;
    },
    kept() {
      keep = true;
      rmSync(other, { force: true });
    },
    remove() {
      if (!keep && !undecided) rmSync(own, { force: true });
    },
  });
}

function storage(
  descriptor: Descriptor,
  name: string | undefined,
  { remove, ...kept }: Pick<LevelStorage, "continues" | "mayBeNamed" | "kept"> & { readonly remove: () => void },
): StateStorage {
  const hash = createHash("sha256");
  let hashed = 0;
  const file = levelFileOf(descriptor);
  return {
    file,
    name,
    ...kept,
    digestTo(shared, endSegment, visit = () => {}) {
      for (const states of segmentsOf(shared, file, hashed, endSegment)) {
        hash.update(states);
        visit(states);
      }
      hashed = endSegment;
      return hash.copy().digest();
    },
    close() {
      closeSync(descriptor);
      remove();
    },
  };
}
