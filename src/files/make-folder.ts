import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UnusableFile } from "./input-file.ts";

/** Creates a folder and its parent folders. Throws an UnusableFile or a system error. */
export function makeFolder(folder: string): void {
  makeStepByStep(resolve(folder));
  accessSync(folder, constants.W_OK);
}

/** Node's recursive mkdir never ends on a file system that reports the parent of a new folder as missing. */
function makeStepByStep(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw new UnusableFile(`${folder} is not a directory`);
  if (dirname(folder) !== folder) makeStepByStep(dirname(folder));
  mkdirSync(folder);
}
