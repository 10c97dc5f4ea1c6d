/**
 * Where an output path leads, and whether we may write there. An existing file is replaced only if it is a regular file
 * that is empty or begins like the file that we write. So a mistake on the command line cannot destroy a file that is not
 * ours. Symbolic links are followed, so that a link stays a link. We write to pipes, to /dev/null and to /dev/stdout and
 * similar paths (they name files that this process has open) without replacing them. We never open any other device,
 * because opening it may have effects that we cannot know.
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
  /** The path with all symbolic links resolved. */
  readonly path: string;
  /** The file that will be replaced. */
  readonly before: Stats | undefined;
}

export type OutputTarget =
  | FileTarget
  /** A descriptor that this process has open, such as standard output. */
  | { readonly type: "descriptor"; readonly path: string; readonly number: number }
  | { readonly type: "stream"; readonly path: string };

/** Throws an UnusableFile or a system error. */
export function outputTarget(file: string, kind: FileKind): OutputTarget {
  const { path, stats } = withoutLinks(file);
  if (ownDescriptors.test(dirname(path))) return { type: "descriptor", path, number: Number(basename(path)) };
  if (stats === undefined) return { type: "file", path, before: undefined };
  if (stats.isFIFO() || isNull(stats)) return { type: "stream", path };
  if (!stats.isFile()) throw new UnusableFile(`it is ${typeOf(stats)}; expected a regular file, or no file`);
  accessSync(path, constants.W_OK);
  if (stats.size > 0 && !kind.begins.test(beginningOf(path)))
    throw new UnusableFile(`it exists and is not ${kind.what}`);
  return { type: "file", path, before: stats };
}

/** For output that must be a regular file. */
export function fileTarget(file: string, kind: FileKind): FileTarget {
  const target = outputTarget(file, kind);
  if (target.type !== "file") throw new UnusableFile(`it is not a regular file, but ${kind.what} must be one`);
  return target;
}

const ownDescriptors = /^(\/dev\/fd|\/proc\/[^/]+(\/task\/[^/]+)?\/fd)$/;

/** The same number as Linux follows. */
const mostLinks = 40;

function withoutLinks(file: string): { readonly path: string; readonly stats: Stats | undefined } {
  let path = resolve(file);
  for (let links = 0; links <= mostLinks; links++) {
    path = join(realpathSync(dirname(path)), basename(path));
    // These links do not lead to a named path.
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
