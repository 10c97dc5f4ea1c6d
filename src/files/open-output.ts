/** A text that is written piece by piece to a path. */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import type { FileKind } from "./file-kind.ts";
import { UnusableFile } from "./input-file.ts";
import { type FileTarget, outputTarget } from "./output-target.ts";
import { replaceFile, tryToWriteBeside, writeAll } from "./replace-file.ts";

export interface OpenOutput {
  readonly write: (text: string) => void;
  /** Call this when the text is complete. */
  readonly end: () => void;
}

export interface OutputOptions {
  /** The file always holds what was written so far. Without this, the whole file is written at the end. */
  readonly asItComes?: boolean;
  /** Removes the text of an earlier run. If this run fails, the old text cannot be mistaken for the new one. */
  readonly removesOld?: boolean;
  /** By descriptor number: writes to this process's own standard output and standard error. */
  readonly streams?: Readonly<Record<number, (text: string) => unknown>>;
}

/** Throws an UnusableFile or a system error; so do `write` and `end`. */
export function openOutput(
  file: string,
  kind: FileKind,
  { asItComes = false, removesOld = false, streams = {} }: OutputOptions = {},
): OpenOutput {
  const target = outputTarget(file, kind);
  if (target.type === "file") return asItComes ? growingFile(target) : wholeFile(target, { file, kind, removesOld });
  const own = target.type === "descriptor" ? streams[target.number] : undefined;
  return own === undefined ? straight(target.path) : { write: own, end: () => {} };
}

interface WholeFile {
  readonly file: string;
  readonly kind: FileKind;
  readonly removesOld: boolean;
}

function wholeFile(target: FileTarget, { file, kind, removesOld }: WholeFile): OpenOutput {
  tryToWriteBeside(target);
  if (removesOld && target.before !== undefined) rmSync(target.path);
  const texts: string[] = [];
  return {
    write: (text) => texts.push(text),
    end() {
      // Checked again, because hours may have passed.
      const now = outputTarget(file, kind);
      if (now.type !== "file") throw new UnusableFile("it is no longer a regular file");
      replaceFile({ ...now, before: now.before ?? target.before }, texts.map(bytesOf));
    },
  };
}

/** Each text is either in the file as a whole or not at all. */
function growingFile(target: FileTarget): OpenOutput {
  replaceFile(target, []);
  const descriptor = openSync(target.path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
  return {
    write(text) {
      const { size } = fstatSync(descriptor);
      try {
        writeAll(descriptor, bytesOf(text));
      } catch (error) {
        ftruncateSync(descriptor, size);
        throw error;
      }
    },
    end: () => closeSync(descriptor),
  };
}

/** Opens without blocking: a FIFO that no process reads is an error at once. */
function straight(path: string): OpenOutput {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  return {
    write: (text) => writePatiently(descriptor, bytesOf(text)),
    end: () => closeSync(descriptor),
  };
}

/** Appends to the file that another program has opened for us. */
export function appendText(file: string, text: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666);
  try {
    writePatiently(descriptor, bytesOf(text));
  } finally {
    closeSync(descriptor);
  }
}

/** How long a pipe may stay full. Signals are not handled during this time. */
const patienceMs = 10_000;
const pauseMs = 10;

function writePatiently(descriptor: number, bytes: Uint8Array): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let waited = 0;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
      waited = 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      if (waited >= patienceMs) throw new UnusableFile("its reader has stopped reading");
      Atomics.wait(clock, 0, 0, pauseMs);
      waited += pauseMs;
    }
  }
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}
