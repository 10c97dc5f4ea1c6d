/**
 * The states of finished levels, in a file. The number of a segment determines its place, so threads write in any order.
 * The part of a place that a segment does not fill takes no room on the disk. A segment is written when a thread takes it
 * to expand its states. The thread reads the states then anyway, and the threads share the writing like the work.
 */
import { blockSize } from "../../memory/memory-map.ts";
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
  try {
    writeStates(shared, file, number, bytesOf(shared, number));
    return true;
  } catch (error) {
    if (!isFull(error)) throw new SearchFailure("a finished level could not be written", { cause: error });
    settle(shared, endingAt("disk"));
    put(shared, "pause", 1);
    return false;
  }
}

export function writeStates(shared: SharedMemory, file: LevelFile, number: number, states: Uint8Array): void {
  for (let at = 0; at < states.length; ) at += file.write(states, at, placeOf(shared, number) + at);
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
  for (let at = 0; at < bytes.length; ) {
    const read = file.read(bytes, at, placeOf(shared, number) + at);
    if (read === 0) throw new EndOfLevels("the file of finished levels ends too early");
    at += read;
  }
}

export function bytesWritten(shared: SharedMemory): number {
  const written = Math.min(get(shared, "claim"), get(shared, "levelEnd"));
  const bytes = Array.from({ length: written }, (_, number) => bytesOf(shared, number).length);
  return bytes.reduce((sum, one) => sum + one, 0);
}

/** No space, no quota, or the file is as large as a file may be. */
function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes((error as { readonly code?: string }).code ?? "");
}

function placeOf({ plan }: SharedMemory, number: number): number {
  return fileHead.length + number * blockSize * plan.storedBytes;
}

function bytesOf(shared: SharedMemory, number: number): Uint8Array {
  const { first, end } = segment(shared, number);
  return storedBetween(shared, first, end);
}
