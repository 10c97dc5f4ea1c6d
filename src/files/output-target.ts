/**
 * Where a path leads that is to be written, and whether it may be. An existing file is replaced only if it is a regular
 * one that is empty or begins as what we write does: so no slip of the command line costs a file that is not ours.
 * Symbolic links are followed, so that a link stays a link. Pipes are not replaced but written to, and so are
 * /dev/stdout and its like, which name what this process has open, and /dev/null. Any other device is left alone: what
 * happens when it is opened is beyond us.
 */
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { beginningBytes, type FileKind } from "./file-kind.ts";
import { typeOf } from "./file-type.ts";
import { openInput, UnusableFile } from "./input-file.ts";

export interface FileTarget {
  readonly type: "file";
  /** Without symbolic links. */
  readonly path: string;
  /** Of the file that is to be replaced. */
  readonly before: Stats | undefined;
}

export type OutputTarget =
  | FileTarget
  /** What this process has open under the number, such as standard output. */
  | { readonly type: "descriptor"; readonly path: string; readonly number: number }
  | { readonly type: "stream"; readonly path: string };

/** Throws an UnusableFile or an error of the system. */
export function outputTarget(file: string, kind: FileKind): OutputTarget {
  const { path, stats } = withoutLinks(file);
  if (ownDescriptors.test(dirname(path))) return { type: "descriptor", path, number: Number(basename(path)) };
  if (stats === undefined) return { type: "file", path, before: undefined };
  if (stats.isFIFO() || isNull(stats)) return { type: "stream", path };
  if (!stats.isFile()) throw new UnusableFile(`it is ${typeOf(stats)}; expected a regular file or none`);
  accessSync(path, constants.W_OK);
  if (stats.size > 0 && !kind.begins.test(beginningOf(path)))
    throw new UnusableFile(`it exists and is not ${kind.what}`);
  return { type: "file", path, before: stats };
}

/** For what can only be a file. */
export function fileTarget(file: string, kind: FileKind): FileTarget {
  const target = outputTarget(file, kind);
  if (target.type !== "file") throw new UnusableFile(`it is no regular file, and ${kind.what} can only be one`);
  return target;
}

const ownDescriptors = /^(\/dev\/fd|\/proc\/[^/]+(\/task\/[^/]+)?\/fd)$/;

/** As many as Linux follows. */
const mostLinks = 40;

function withoutLinks(file: string): { readonly path: string; readonly stats: Stats | undefined } {
  let path = resolve(file);
  for (let links = 0; links <= mostLinks; links++) {
    path = join(realpathSync(dirname(path)), basename(path));
    // These links lead to no path of a name.
    if (ownDescriptors.test(dirname(path))) return { path, stats: undefined };
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() !== true) return { path, stats };
    path = resolve(dirname(path), readlinkSync(path));
  }
  throw new UnusableFile("there are too many symbolic links");
}

function isNull({ rdev }: Stats): boolean {
  return rdev !== 0 && rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}

function beginningOf(file: string): string {
  const descriptor = openInput(file);
  try {
    const bytes = Buffer.alloc(beginningBytes);
    return bytes.toString("latin1", 0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}
