/**
 * The states of finished levels, in a file. The number of a segment determines its place, so threads write in any order.
 * The part of a place that a segment does not fill takes no room on the disk. A segment is written when a thread takes it
 * to expand its states. The thread reads the states then anyway, and the threads share the writing like the work.
 */
import { blockSize, keyNoteBytes } from "../../memory/memory-map.ts";
import { SearchFailure } from "../contract/search-types.ts";
import { endingAt, settle } from "../memory/ending.ts";
import { get, put, type SharedMemory, segment, storedBetween } from "../memory/shared-memory.ts";

export class EndOfLevels extends Error {
  override readonly name = "EndOfLevels";
}

/** The file begins with this, so that it can be recognised. */
export const fileHead = "XCSTATES";

/** A file's number is the same in all threads. */
export type Descriptor = number;

/** The file as one thread sees it. */
export interface LevelFile {
  readonly descriptor: Descriptor;
  /** Both begin with the byte `from` and give how many bytes they did, which may be fewer than there are. */
  readonly write: (bytes: Uint8Array, from: number, place: number) => number;
  readonly read: (bytes: Uint8Array, from: number, place: number) => number;
}

/** The files of a search that keeps two levels in memory. */
export interface LevelFiles {
  readonly states: LevelFile;
  /** What was noted of successors, if the store notes them by keys. A segment's place is determined in the same way. */
  readonly notes: LevelFile;
}

/** What is stored of each segment's states, in one buffer after the other's. */
export function* segmentsOf(
  shared: SharedMemory,
  file: LevelFile,
  firstSegment: number,
  endSegment: number,
): Generator<Uint8Array> {
  const buffer = new Uint8Array(blockSize * shared.plan.storedBytes);
  for (let number = firstSegment; number < endSegment; number++) {
    const states = buffer.subarray(0, bytesOf(shared, number).length);
    readSegment(shared, file, number, states);
    yield states;
  }
}

/** False if the disk is full. Then the search must stop, and this segment must not be expanded. */
export function writeSegment(shared: SharedMemory, file: LevelFile, number: number): boolean {
  return unlessFull(shared, () => writeStates(shared, file, number, bytesOf(shared, number)));
}

/** Writes what was noted when a segment was expanded. If the disk is full, the search must stop. */
export function writeNotes(shared: SharedMemory, file: LevelFile, number: number): void {
  const notes = notesOf(shared, number);
  if (notes !== undefined) unlessFull(shared, () => writeAt(file, notes, placeOfNotes(number)));
}

/** Reads the notes of a segment to their addresses. 0 for all that was not written. */
export function readNotes(shared: SharedMemory, file: LevelFile, number: number): void {
  const notes = notesOf(shared, number);
  if (notes !== undefined) notes.fill(0, readAt(file, notes, placeOfNotes(number)));
}

/** False if the disk is full. Then the search must stop. */
export function unlessFull(shared: SharedMemory, write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (!isFull(error)) throw new SearchFailure("a finished level could not be written", { cause: error });
    settle(shared, endingAt("disk"));
    put(shared, "pause", 1);
    return false;
  }
}

export function writeStates(shared: SharedMemory, file: LevelFile, number: number, states: Uint8Array): void {
  writeAt(file, states, placeOf(shared, number));
}

export function writeAt(file: LevelFile, bytes: Uint8Array, place: number): void {
  for (let at = 0; at < bytes.length; ) at += file.write(bytes, at, place + at);
}

/** Gives how many bytes the file has there, at most as many as asked for. */
export function readAt(file: LevelFile, bytes: Uint8Array, place: number): number {
  let at = 0;
  for (let read = -1; read !== 0 && at < bytes.length; at += read) read = file.read(bytes, at, place + at);
  return at;
}

/**
 * Reads a segment's states to their addresses during the search, or to others. Throws if the file lacks some of them.
 */
export function readSegment(
  shared: SharedMemory,
  file: LevelFile,
  number: number,
  bytes = bytesOf(shared, number),
): void {
  if (readAt(file, bytes, placeOf(shared, number)) < bytes.length)
    throw new EndOfLevels("the file of finished levels ends too early");
}

export function bytesWritten(shared: SharedMemory): number {
  const written = Math.min(get(shared, "claim"), get(shared, "levelEnd"));
  const segments = Array.from({ length: written }, (_, number) => {
    const notes = notesOf(shared, number);
    return notes === undefined ? [bytesOf(shared, number)] : [bytesOf(shared, number), notes];
  });
  return segments.flat().reduce((sum, { length }) => sum + length, 0);
}

/** No space, no quota, or the file is as large as a file may be. */
function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes((error as { readonly code?: string }).code ?? "");
}

function placeOf({ plan }: SharedMemory, number: number): number {
  return fileHead.length + number * blockSize * plan.storedBytes;
}

function placeOfNotes(number: number): number {
  return number * blockSize * keyNoteBytes;
}

function notesOf(shared: SharedMemory, number: number): Uint8Array | undefined {
  const { memory, plan } = shared;
  if (plan.keyNotesAt === undefined) return undefined;
  const { first, end } = segment(shared, number);
  return new Uint8Array(memory.buffer, plan.keyNotesAt + first * keyNoteBytes, (end - first) * keyNoteBytes);
}

function bytesOf(shared: SharedMemory, number: number): Uint8Array {
  const { first, end } = segment(shared, number);
  return storedBetween(shared, first, end);
}
