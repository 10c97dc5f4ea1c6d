/**
 * The states of finished levels, in a file. Each segment has a place of its own, by its number, so that threads write
 * in any order; what a segment leaves of its place takes no room on the disk. A segment is written when a thread takes
 * it to expand its states: they are read then anyway, and so the writing is shared out like the work.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockSize } from "../codegen/wasm/memory-map.ts";
import { outcomeOf, settle } from "./level-leader.ts";
import { get, put, type SharedMemory, segment } from "./shared-memory.ts";

/** A file's number is the same in all threads. */
export type Descriptor = number;

/** The file has no name any more once it is open, so that nothing is left however the process ends. */
export function openLevelFile(folder: string): Descriptor {
  const file = join(folder, `exclusive-check-${process.pid}-${performance.now()}.states`);
  const descriptor = openSync(file, "wx+", 0o600);
  try {
    unlinkSync(file);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

export function closeLevelFile(descriptor: Descriptor | undefined): void {
  if (descriptor !== undefined) closeSync(descriptor);
}

/** Where files lie that can become large: /tmp is often kept in memory. */
export function usualFolder(): string {
  const { TMPDIR } = process.env;
  if (TMPDIR !== undefined && TMPDIR !== "") return TMPDIR;
  return process.platform === "linux" ? "/var/tmp" : tmpdir();
}

/** False where the disk is full: then the search is to stop, and this segment must not be expanded. */
export function writeSegment(shared: SharedMemory, descriptor: Descriptor, number: number): boolean {
  try {
    const bytes = bytesOf(shared, number);
    for (let at = 0; at < bytes.length; )
      at += writeSync(descriptor, bytes, at, bytes.length - at, placeOf(shared, number) + at);
    return true;
  } catch (error) {
    if (!isFull(error)) throw error;
    settle(shared, outcomeOf("disk"));
    put(shared, "pause", 1);
    return false;
  }
}

/** Puts a segment's states where they were while the search was there. */
export function readSegment(shared: SharedMemory, descriptor: Descriptor, number: number): void {
  const bytes = bytesOf(shared, number);
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, placeOf(shared, number) + at);
    if (read === 0) throw new Error("the file of finished levels ends too early");
    at += read;
  }
}

export function bytesWritten(shared: SharedMemory): number {
  const written = Math.min(get(shared, "claim"), get(shared, "levelEnd"));
  const bytes = Array.from({ length: written }, (_, number) => bytesOf(shared, number).length);
  return bytes.reduce((sum, one) => sum + one, 0);
}

/** No space, no quota, or as large as a file may be. */
export function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function placeOf({ plan }: SharedMemory, number: number): number {
  return number * blockSize * plan.stride;
}

function bytesOf(shared: SharedMemory, number: number): Uint8Array {
  const { memory, plan } = shared;
  const { first, end } = segment(shared, number);
  return new Uint8Array(memory.buffer, plan.statesAt + first * plan.stride, (end - first) * plan.stride);
}
