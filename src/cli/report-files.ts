/** Where reports go that do not go to standard output. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { tracesIn } from "../reporters/report.ts";
import type { BesideTraces, Reporter } from "../reporters/reporter.ts";
import { usageError } from "./usage-error.ts";

export function together(reporters: readonly Reporter[]): Reporter {
  const joined = (texts: (reporter: Reporter) => string | undefined) =>
    reporters.map((one) => texts(one) ?? "").join("");
  return {
    onStart: (check) => joined((reporter) => reporter.onStart?.(check)),
    onProgress: (check, progress) => joined((reporter) => reporter.onProgress?.(check, progress)),
    onResult: (result) => joined((reporter) => reporter.onResult(result)),
    onEnd: (report) => joined((reporter) => reporter.onEnd(report)),
  };
}

/** Gives a reporter's text to somebody else than the one who asked for it. */
export function into(write: (text: string) => void, reporter: Reporter): Reporter {
  const pass = (text: string | undefined): string => {
    if (text !== undefined && text !== "") write(text);
    return "";
  };
  return {
    onStart: (check) => pass(reporter.onStart?.(check)),
    onProgress: (check, progress) => pass(reporter.onProgress?.(check, progress)),
    onResult: (result) => pass(reporter.onResult(result)),
    onEnd: (report) => pass(reporter.onEnd(report)),
  };
}

/** Opens the file at once, so that a path that cannot be written is known before the search. */
export function intoFile(reporter: Reporter, file: string): Reporter {
  writeReportFile(file, "");
  return into((text) => attempt(file, () => appendFileSync(file, text)), reporter);
}

/** `name`: how to name the files to the people who read standard output, if it is they who do. */
export function besideTraces({ extension, render }: BesideTraces, name: string | undefined): Reporter {
  return {
    onResult(result) {
      const files = tracesIn(result).map(({ trace, path }) => {
        const file = path.replace(/\.trace\.json$/, extension);
        writeReportFile(file, render(trace));
        return file;
      });
      return name === undefined || files.length === 0
        ? ""
        : `${files.map((file) => `  ${name}: ${file}\n`).join("")}\n`;
    },
    onEnd: () => "",
  };
}

/** The first trace goes into the file, the second into `file-2`. */
export function everyTraceIntoFile({ render }: BesideTraces, file: string): Reporter {
  let written = 0;
  writeReportFile(file, "");
  return {
    onResult(result) {
      for (const { trace } of tracesIn(result)) writeReportFile(numbered(file, ++written), render(trace));
      return "";
    },
    onEnd: () => "",
  };
}

function numbered(file: string, number: number): string {
  if (number === 1) return file;
  const [, name = "", extensions = ""] = /^(.[^.]*)(.*)$/s.exec(basename(file)) ?? [];
  return join(dirname(file), `${name}-${number}${extensions}`);
}

/** Makes the folder as well. */
function writeReportFile(file: string, content: string): void {
  attempt(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  });
}

function attempt(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw usageError(`${file} cannot be written: ${(error as Error).message}`, undefined, "cli/unwritable");
  }
}
