/**
 * A checkpoint as bytes in a file:
 *
 *     8 bytes   what the file is, with the version of this format
 *     4 bytes   the head's length
 *     head      a MessagePack record (checkpoint.ts)
 *     32 bytes  SHA-256 of the head
 *     body      raw words, as many as the head says
 *     32 bytes  SHA-256 of the body
 *
 * It is written under another name and renamed when all of it is on the disk. So at any moment the file with the final
 * name is a whole checkpoint, the last one or this one.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, lstatSync, openSync, readSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { FileKind } from "../../files/file-kind.ts";
import { openInput, UnusableFile } from "../../files/input-file.ts";
import { type FileTarget, fileTarget } from "../../files/output-target.ts";
import { replaceFile, tryToWriteBeside } from "../../files/replace-file.ts";
import { wordAt } from "../../ir/lookup.ts";

const magic = Buffer.from("XCHKPT\0\x05", "latin1");
const digestBytes = 32;

/** Of any version. */
export const checkpointKind: FileKind = { what: "a checkpoint", begins: /^XCHKPT/ };

/** Of billions of states. */
const mostHeadBytes = 2 ** 28;

/** Some functions of Node refuse memory that is shared between threads, so bytes pass through a buffer of this size. */
const stagingBytes = 2 ** 20;

/** A file that is not a checkpoint of ours, or that was changed after it was written. */
export class DamagedCheckpoint extends Error {
  override readonly name = "DamagedCheckpoint";
}

/** The path at which a checkpoint is written before it gets its name. */
export function asideOf(file: string): string {
  return `${file}.part`;
}

/** Throws an UnusableFile or an error of the system if no checkpoint could be written. */
export function tryCheckpointFile(file: string): void {
  const target = fileTarget(file, checkpointKind);
  tryToWriteBeside(target, freeAside(target));
}

export function writeCheckpointFile(file: string, head: Uint8Array, body: Iterable<Uint8Array>): void {
  const target = fileTarget(file, checkpointKind);
  replaceFile(target, contentOf(head, body), { aside: freeAside(target), finish: fsyncSync });
  syncFolder(dirname(target.path));
}

/**
 * The path of the temporary file. Removes one that a killed process left, because it may be large and others may follow.
 */
function freeAside({ path }: FileTarget): string {
  const aside = asideOf(path);
  const there = lstatSync(aside, { throwIfNoEntry: false });
  if (there === undefined) return aside;
  if (!there.isFile()) throw new UnusableFile(`${aside} is in the way`);
  fileTarget(aside, checkpointKind);
  rmSync(aside);
  return aside;
}

function* contentOf(head: Uint8Array, body: Iterable<Uint8Array>): Generator<Uint8Array> {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  yield Buffer.concat([magic, length, head, digestOf(head)]);
  const hash = createHash("sha256");
  for (const chunk of gathered(body)) {
    hash.update(chunk);
    yield chunk;
  }
  yield hash.digest();
}

/** Not every system opens a folder. On others the rename is only as durable as the system makes it. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {}
}

/** Combines small regions into pieces that are worth a call. The pieces share one buffer. */
function* gathered(regions: Iterable<Uint8Array>): Generator<Uint8Array> {
  const staging = new Uint8Array(stagingBytes);
  let filled = 0;
  for (const region of regions) {
    for (let at = 0; at < region.length; ) {
      const taken = region.subarray(at, at + stagingBytes - filled);
      staging.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < stagingBytes) continue;
      yield staging;
      filled = 0;
    }
  }
  if (filled > 0) yield staging.subarray(0, filled);
}

export interface OpenCheckpointFile {
  readonly head: Uint8Array;
  /** Fills the regions, in the order in which they were written. Throws if the body is not what was written. */
  readonly readBody: (regions: Iterable<Uint8Array>) => void;
  /** The same, region by region. Call it once. */
  readonly body: () => BodyReader;
  /** Reads the whole body, to tell whether it is what was written. */
  readonly isWhole: () => boolean;
  readonly close: () => void;
}

export interface BodyReader {
  /** Fills the next region. */
  readonly fill: (region: Uint8Array) => void;
  /** Called after the last region. Throws a DamagedCheckpoint if the body is not what was written. */
  readonly end: () => void;
}

/** Throws a DamagedCheckpoint, or an error of the system. */
export function openCheckpointFile(file: string): OpenCheckpointFile {
  const descriptor = openInput(file);
  try {
    const head = readHead(descriptor);
    const bodyAt = magic.length + 4 + head.length + digestBytes;
    const isWhole = (): boolean => bodyIsWhole(descriptor, bodyAt);
    return {
      head,
      readBody(regions) {
        try {
          const body = bodyReader(descriptor);
          for (const region of regions) body.fill(region);
          body.end();
        } catch (error) {
          // A wrong size may be more than there is room for.
          if (error instanceof DamagedCheckpoint || isWhole()) throw error;
          throw damaged();
        }
      },
      body: () => bodyReader(descriptor),
      isWhole,
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function readHead(descriptor: number): Uint8Array {
  const start = Buffer.alloc(magic.length + 4);
  if (readSync(descriptor, start) < start.length || !start.subarray(0, 6).equals(magic.subarray(0, 6)))
    throw new DamagedCheckpoint("this is no checkpoint");
  if (!start.subarray(0, magic.length).equals(magic))
    throw new DamagedCheckpoint("this is a checkpoint in a format that this version does not know");
  const length = start.readUInt32LE(magic.length);
  if (length > mostHeadBytes) throw damaged();
  const head = readPiece(descriptor, length);
  if (!readPiece(descriptor, digestBytes).equals(digestOf(head))) throw damaged();
  return head;
}

/** Reads piece by piece, so that a wrong length requests no more memory than the file has bytes. */
function readPiece(descriptor: number, length: number): Buffer {
  const pieces: Buffer[] = [];
  for (let left = length; left > 0; ) {
    const piece = Buffer.alloc(Math.min(left, stagingBytes));
    const read = readSync(descriptor, piece);
    if (read === 0) throw truncated();
    pieces.push(piece.subarray(0, read));
    left -= read;
  }
  return Buffer.concat(pieces);
}

function bodyReader(descriptor: number): BodyReader {
  const hash = createHash("sha256");
  const staging = new Uint8Array(stagingBytes);
  let [from, to] = [0, 0];
  // The digest follows the last region, so the last piece contains it too.
  const available = (): boolean => {
    if (from < to) return true;
    from = 0;
    to = readSync(descriptor, staging);
    return to > 0;
  };
  return {
    fill(region) {
      for (let at = 0; at < region.length; ) {
        if (!available()) throw truncated();
        const taken = staging.subarray(from, Math.min(to, from + region.length - at));
        hash.update(taken);
        region.set(taken, at);
        from += taken.length;
        at += taken.length;
      }
    },
    end() {
      const digest = Buffer.alloc(digestBytes);
      for (let at = 0; at < digestBytes; at++) {
        if (!available()) throw truncated();
        digest[at] = wordAt(staging, from++);
      }
      if (!digest.equals(hash.digest())) throw damaged();
      if (available()) throw new DamagedCheckpoint("the checkpoint is damaged: something follows its end");
    },
  };
}

/** Whether the body from this place on has the digest that follows it. */
function bodyIsWhole(descriptor: number, bodyAt: number): boolean {
  const hash = createHash("sha256");
  const staging = Buffer.alloc(stagingBytes);
  const end = fstatSync(descriptor).size - digestBytes;
  for (let at = bodyAt; at < end; ) {
    const read = readSync(descriptor, staging, 0, Math.min(stagingBytes, end - at), at);
    if (read === 0) return false;
    hash.update(staging.subarray(0, read));
    at += read;
  }
  const digest = Buffer.alloc(digestBytes);
  return readSync(descriptor, digest, 0, digestBytes, end) === digestBytes && digest.equals(hash.digest());
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

export function damaged(): DamagedCheckpoint {
  return new DamagedCheckpoint("the checkpoint is damaged: its checksum is wrong");
}

function truncated(): DamagedCheckpoint {
  return new DamagedCheckpoint("the checkpoint is damaged: its end is missing");
}
