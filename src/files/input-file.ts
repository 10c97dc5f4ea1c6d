/**
 * Files that a user names to be read. Only regular ones: a device may have no end, and a FIFO may let us wait for ever.
 * So what a path names is asked before it is opened, since to open a device may already do something; and again
 * afterwards, in case that has changed meanwhile. The few regular files of /proc that block do not block either.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { typeOf } from "./file-type.ts";

/** A file that is there, and cannot be what it should be. Its message is a clause: "it is a directory, ...". */
export class UnusableFile extends Error {
  override readonly name = "UnusableFile";
}

/** Throws an UnusableFile or an error of the system. */
export function openInput(file: string): number {
  requireRegular(statSync(file));
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    requireRegular(fstatSync(descriptor));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

function requireRegular(stats: Stats): void {
  if (!stats.isFile()) throw new UnusableFile(`it is ${typeOf(stats)}; expected a regular file`);
}

const pieceBytes = 2 ** 20;

/** The whole content; throws as `openInput` does, and where there are more than `most` bytes. */
export function readInput(file: string, most: number): Buffer {
  const descriptor = openInput(file);
  try {
    const pieces: Buffer[] = [];
    for (let length = 0; ; ) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, most + 1 - length));
      const read = readSync(descriptor, piece);
      if (read === 0) return Buffer.concat(pieces);
      length += read;
      if (length > most) throw new UnusableFile(`it is larger than ${most / 2 ** 20} MiB`);
      pieces.push(piece.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}
