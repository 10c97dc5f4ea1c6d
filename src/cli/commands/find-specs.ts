/** Turns the paths of a command line into spec files. A folder stands for the JSON files in it. */
import { readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { usageError } from "../../diagnostics/usage-error.ts";
import { reasonOf } from "../../files/system-errors.ts";
import { didYouMean } from "../../text/did-you-mean.ts";

/** The scenarios that the package brings. The same relative path from src/cli/commands and from dist/cli/commands. */
export const library = fileURLToPath(new URL("../../../specs", import.meta.url));

/** The path that the user means: `.json` at the end of a file's name can be left out. */
export function specPath(path: string): string {
  const file = `${path}.json`;
  return statOf(path) === undefined && statOf(file)?.isFile() === true ? file : path;
}

/** `commands`: the names of commands. If the first word is not a path, it may be a mistyped command. */
export function findSpecs(paths: readonly string[], commands: readonly string[]): readonly string[] {
  const files = paths.flatMap((path, position) => specsAt(specPath(path), position === 0 ? commands : []));
  return [...new Set(files)];
}

function specsAt(path: string, commands: readonly string[]): readonly string[] {
  const found = statOf(path);
  if (found === undefined) {
    const message = `there is no file ${JSON.stringify(path)}`;
    throw usageError(message, hintFor(path, commands), "cli/no-such-file");
  }
  if (!found.isDirectory()) return [path];
  const files = entriesOf(path).filter((name) => name.endsWith(".json"));
  if (files.length === 0) throw usageError(`there is no spec (*.json) in the folder ${JSON.stringify(path)}`);
  return files.map((name) => join(path, name));
}

/** Undefined if nothing exists there. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw usageError(`${path} cannot be accessed: ${reasonOf(error)}`, undefined, "cli/no-such-file");
  }
}

function hintFor(path: string, commands: readonly string[]): string | undefined {
  const command = path === basename(path) ? didYouMean(path, commands) : undefined;
  if (command !== undefined) return `did you mean the command \`${command}\`?`;
  const scenario = scenarioNamed(path);
  if (scenario !== undefined) return `did you mean ${scenario}?`;
  const folder = dirname(path);
  const file = didYouMean(basename(path), entriesOf(folder));
  return file === undefined ? undefined : `did you mean ${join(folder, file)}?`;
}

/** The path of a scenario in `specs`, if it has this name. */
export function scenarioNamed(name: string): string | undefined {
  const path = join("specs", `${basename(name, ".json")}.json`);
  const isThere = name === basename(name) && statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere ? path : undefined;
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
