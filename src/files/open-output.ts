/** A text that is written bit by bit to where a path leads. */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import type { FileKind } from "./file-kind.ts";
import { UnusableFile } from "./input-file.ts";
import { type FileTarget, outputTarget } from "./output-target.ts";
import { replaceFile, tryToWriteBeside, writeAll } from "./replace-file.ts";

export interface OpenOutput {
  readonly write: (text: string) => void;
  /** The text is whole. */
  readonly end: () => void;
}

export interface OutputOptions {
  /** The file has what was written so far at any time; otherwise it is written at the end, as a whole. */
  readonly asItComes?: boolean;
  /** Should the process come to no end, no text of an earlier one is left that could be taken for its own. */
  readonly removesOld?: boolean;
  /** By number: what writes to this process' own standard output and error. */
  readonly streams?: Readonly<Record<number, (text: string) => unknown>>;
}

/** Throws an UnusableFile or an error of the system, as do `write` and `end`. */
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
  tryToWriteBeside(target);
  if (removesOld && target.before !== undefined) rmSync(target.path);
  const texts: string[] = [];
  return {
    write: (text) => texts.push(text),
    end() {
      // Asked again, since it may be hours later.
      const now = outputTarget(file, kind);
      if (now.type !== "file") throw new UnusableFile("it is no regular file any more");
      replaceFile({ ...now, before: now.before ?? target.before }, texts.map(bytesOf));
    },
  };
}

/** Every text is in the file as a whole or not at all. */
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

/** Without blocking: a FIFO that no process reads is an error at once. */
function straight(path: string): OpenOutput {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  return {
    write: (text) => writePatiently(descriptor, bytesOf(text)),
    end: () => closeSync(descriptor),
  };
}

/** Adds to whatever is there, as another program asked for. */
export function appendText(file: string, text: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666);
  try {
    writePatiently(descriptor, bytesOf(text));
  } finally {
    closeSync(descriptor);
  }
}

/** How long a pipe may stay full: no signal is heard meanwhile. */
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
      if (waited >= patienceMs) throw new UnusableFile("its reader takes nothing any more");
      Atomics.wait(clock, 0, 0, pauseMs);
      waited += pauseMs;
    }
  }
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}
