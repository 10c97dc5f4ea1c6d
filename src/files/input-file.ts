/**
 * Input files that a user names. They must be regular files: a device may have no end, and a FIFO may block for ever. We
 * check the type before we open the file, because opening a device may already have effects, and again afterwards, in
 * case the path has changed in between. We open without blocking, because a few regular files in /proc would block.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { typeOf } from "./file-type.ts";

/** A file that exists but cannot be used. Its message is a clause: "it is a directory, ...". */
export class UnusableFile extends Error {
  override readonly name = "UnusableFile";
}

/** Throws an UnusableFile or a system error. */
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

/** Reads the whole file. Throws like `openInput`, and if the file has more than `most` bytes. */
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
