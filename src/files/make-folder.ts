import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UnusableFile } from "./input-file.ts";

/** With the folders that it lies in. Throws an UnusableFile or an error of the system. */
export function makeFolder(folder: string): void {
  makeStepByStep(resolve(folder));
  accessSync(folder, constants.W_OK);
}

/** Node's own recursive mkdir never ends in a file system that says of a new folder that its parent is missing. */
function makeStepByStep(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw new UnusableFile(`${folder} is not a folder`);
  if (dirname(folder) !== folder) makeStepByStep(dirname(folder));
  mkdirSync(folder);
}
