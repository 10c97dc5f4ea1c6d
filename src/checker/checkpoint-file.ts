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
 * It is written under another name and renamed when all of it is on the disk, so that whatever happens meanwhile the
 * file of that name is a whole checkpoint, the last one or this one.
 */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { openInput } from "../files/input-file.ts";

const magic = Buffer.from("XCHKPT\0\x01", "latin1");
const digestBytes = 32;

/** Of billions of states. */
const mostHeadBytes = 2 ** 28;

/** Memory shared between threads is not taken by every function of Node, so bytes pass through a buffer of this size. */
const stagingBytes = 2 ** 20;

/** A file that is no checkpoint of ours, or no longer the one that was written. */
export class DamagedCheckpoint extends Error {
  override readonly name = "DamagedCheckpoint";
}

/** Where a checkpoint is written before it takes its name. */
export function asideOf(file: string): string {
  return `${file}.part`;
}

export function writeCheckpointFile(file: string, head: Uint8Array, body: Iterable<Uint8Array>): void {
  const aside = asideOf(file);
  const descriptor = openSync(aside, "w");
  try {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head.length);
    writeAll(descriptor, Buffer.concat([magic, length, head, digestOf(head)]));
    const hash = createHash("sha256");
    for (const chunk of gathered(body)) {
      hash.update(chunk);
      writeAll(descriptor, chunk);
    }
    writeAll(descriptor, hash.digest());
    fsyncSync(descriptor);
  } catch (error) {
    closeSync(descriptor);
    rmSync(aside, { force: true });
    throw error;
  }
  closeSync(descriptor);
  renameSync(aside, file);
  syncFolder(dirname(file));
}

/** Not every system opens a folder; then the rename is as durable as that system makes it. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {}
}

/** Small regions, put together into pieces worth a call. The pieces share one buffer. */
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

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

export interface OpenCheckpointFile {
  readonly head: Uint8Array;
  /** Fills the regions, in the order in which they were written; throws where the body is not what was written. */
  readonly readBody: (regions: Iterable<Uint8Array>) => void;
  readonly close: () => void;
}

/** Throws a DamagedCheckpoint, or an error of the system. */
export function openCheckpointFile(file: string): OpenCheckpointFile {
  const descriptor = openInput(file);
  try {
    const head = readHead(descriptor);
    return {
      head,
      readBody: (regions) => readBody(descriptor, regions),
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

/** Reads piece by piece, so that a length that is wrong asks for no more memory than there is file. */
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

function readBody(descriptor: number, regions: Iterable<Uint8Array>): void {
  const hash = createHash("sha256");
  const staging = new Uint8Array(stagingBytes);
  let [from, to] = [0, 0];
  // What follows the last region is the digest: the last piece read has it too.
  const available = (): boolean => {
    if (from < to) return true;
    from = 0;
    to = readSync(descriptor, staging);
    return to > 0;
  };
  for (const region of regions) {
    for (let at = 0; at < region.length; ) {
      if (!available()) throw truncated();
      const taken = staging.subarray(from, Math.min(to, from + region.length - at));
      hash.update(taken);
      region.set(taken, at);
      from += taken.length;
      at += taken.length;
    }
  }
  const digest = Buffer.alloc(digestBytes);
  for (let at = 0; at < digestBytes; at++) {
    if (!available()) throw truncated();
    digest[at] = staging[from++] ?? 0;
  }
  if (!digest.equals(hash.digest())) throw damaged();
  if (available()) throw new DamagedCheckpoint("the checkpoint is damaged: something follows its end");
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function damaged(): DamagedCheckpoint {
  return new DamagedCheckpoint("the checkpoint is damaged: its checksum is wrong");
}

function truncated(): DamagedCheckpoint {
  return new DamagedCheckpoint("the checkpoint is damaged: its end is missing");
}
