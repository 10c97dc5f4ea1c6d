/**
 * Mistakes in an edited model: a statement outside a step, a procedure that can end without its value. They are found
 * while the model is built and reported with their place in the model's source.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The text to print; undefined if the error is not a mistake in the model. */
export function modelMistake(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const own = framesOf(error)
    .map(inSource)
    .find(({ file }) => !isIn("ir", file));
  if (own === undefined || !isIn("model", own.file)) return undefined;
  // While the program is assembled, the stack no longer shows the recorded procedures. A package has no sources.
  const isOfProcedure = !/build-model\.ts$/.test(own.file) || !existsSync(own.file);
  const place = isOfProcedure ? own : procedureOf(error, dirname(own.file));
  const where = place === undefined ? "" : `${written(place)}: `;
  return `${where}error: the model cannot be built: ${error.message}
  hint: if you changed the model, correct it there; otherwise this is a bug, so please report it with the command and the scenario`;
}

function framesOf({ stack = "" }: Error): readonly Place[] {
  return [...stack.matchAll(/^ {4}at .*?\(?((?:file:\/\/)?\/[^\s()]+):(\d+):(\d+)\)?$/gm)].map(
    ([, name = "", line, column]) => ({
      file: name.startsWith("file://") ? fileURLToPath(name) : name,
      line: Number(line),
      column: Number(column),
    }),
  );
}

function isIn(folder: string, file: string): boolean {
  return new RegExp(`[\\\\/]src[\\\\/]${folder}[\\\\/]`).test(file);
}

/** The place where the procedure that the error names is defined. */
function procedureOf(error: Error, folder: string): Place | undefined {
  const { procedure } = error as { readonly procedure?: string };
  if (procedure === undefined) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  for (const name of names.sort()) {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes(`"${procedure}"`));
    if (line >= 0) return { file: join(folder, name), line: line + 1, column: (lines[line] ?? "").indexOf('"') + 1 };
  }
  return undefined;
}

const maps = new Map<string, SourceMap | undefined>();

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    const name = `${file}.map`;
    maps.set(file, existsSync(name) ? new SourceMap(JSON.parse(readFileSync(name, "utf8"))) : undefined);
  }
  return maps.get(file);
}

/** Maps a place in compiled code to its place in the TypeScript source: the build puts many sources in one file. */
function inSource(place: Place): Place {
  const { file, line, column } = place;
  const entry = mapOf(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !("originalSource" in entry)) return place;
  return {
    file: resolve(dirname(file), entry.originalSource),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

function written({ file, line, column }: Place): string {
  const near = relative("", file);
  return `${near.startsWith("..") ? file : near}:${line}:${column}`;
}
