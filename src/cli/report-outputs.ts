/** `--reporter` and its relatives -> open reporters, each with the place that its text goes to. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { reporters } from "../reporters/registry.ts";
import type { CheckResult, FoundTrace, Report } from "../reporters/report.ts";
import type { BesideTraces, Reporter, ReporterEntry } from "../reporters/reporter.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import type { CheckOptions } from "./check-options.ts";
import { colorsFor } from "./color-level.ts";
import type { Host } from "./host.ts";
import { usageError } from "./usage-error.ts";

interface Destination {
  readonly entry: ReporterEntry;
  /** Undefined: standard output, or files beside the traces. */
  readonly file: string | undefined;
}

/** Opens what the options ask for; people read standard output unless another reporter writes there. */
export function openReporters(options: CheckOptions, several: boolean, host: Host): Reporter {
  const asked = (options.reporter ?? []).map(destinationOf);
  if (options.json === true && !asked.some(({ entry, file }) => entry.name === "json" && file === undefined))
    asked.push({ entry: entryNamed("json"), file: undefined });
  if (!asked.some(isOnOutput)) asked.unshift({ entry: entryNamed("pretty"), file: undefined });
  rejectSamePlace(asked);
  const tellsPeople = asked.some((one) => isOnOutput(one) && one.entry.name === "pretty") && options.quiet !== true;
  const open = asked.map(({ entry, file }): Reporter => {
    if (file === undefined && entry.besideTraces !== undefined) return besideTraces(entry.besideTraces, tellsPeople);
    const colors = colorsFor(
      file === undefined ? host.stdout : undefined,
      file === undefined ? options.color : false,
      host.env,
    );
    const quiet = options.quiet === true && file === undefined;
    const reporter = entry.open({ colors, quiet, several });
    return file === undefined ? reporter : intoFile(reporter, file);
  });
  return {
    onResult: (result) => open.map((reporter) => reporter.onResult(result)).join(""),
    onEnd: (report) => open.map((reporter) => reporter.onEnd(report)).join(""),
  };
}

function isOnOutput({ entry, file }: Destination): boolean {
  return file === undefined && entry.besideTraces === undefined;
}

function destinationOf(text: string): Destination {
  const colon = text.indexOf(":");
  const [name, file] = colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  if (file === "") throw usageError(`--reporter ${text} names no file after the colon`);
  return { entry: entryNamed(name), file };
}

function entryNamed(name: string): ReporterEntry {
  const entry = reporters.find((one) => one.name === name);
  if (entry !== undefined) return entry;
  const names = reporters.map((one) => one.name);
  const meant = didYouMean(name, names);
  throw usageError(
    `there is no reporter ${JSON.stringify(name)}`,
    meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`,
  );
}

function rejectSamePlace(destinations: readonly Destination[]): void {
  const places = destinations
    .filter(({ entry, file }) => file !== undefined || entry.besideTraces === undefined)
    .map(({ file }) => file ?? "standard output");
  const twice = places.find((place, position) => places.indexOf(place) !== position);
  if (twice !== undefined)
    throw usageError(`two reporters write to ${twice}`, "give one of them a file: --reporter json:report.json");
}

function besideTraces({ extension, render }: BesideTraces, tellsPeople: boolean): Reporter {
  return {
    onResult({ violations, rangeError }) {
      const found = [...violations, ...(rangeError === undefined ? [] : [rangeError])];
      const files = found.map(({ trace, path }: FoundTrace) => {
        const file = path.replace(/\.trace\.json$/, extension);
        writeText(file, render(trace));
        return file;
      });
      return tellsPeople && files.length > 0 ? `${files.map((file) => `  to look at: ${file}\n`).join("")}\n` : "";
    },
    onEnd: () => "",
  };
}

/** Opens the file at once, so that a path that cannot be written is known before the search. */
function intoFile(reporter: Reporter, file: string): Reporter {
  let text = "";
  writeText(file, "");
  return {
    onResult(result: CheckResult) {
      text += reporter.onResult(result);
      return "";
    },
    onEnd(report: Report) {
      writeText(file, text + reporter.onEnd(report));
      return "";
    },
  };
}

export function writeText(file: string, content: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  } catch (error) {
    throw usageError(`${file} cannot be written: ${(error as Error).message}`, undefined, "cli/unwritable");
  }
}
