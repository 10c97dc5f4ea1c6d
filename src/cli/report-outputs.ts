/** `--reporter` and its relatives -> open reporters, each with the place that its text goes to. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { reporters } from "../reporters/registry.ts";
import type { CheckResult, Report } from "../reporters/report.ts";
import type { Reporter, ReporterEntry } from "../reporters/reporter.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import type { CheckOptions } from "./check-options.ts";
import { colorsFor } from "./color-level.ts";
import type { Host } from "./host.ts";
import { usageError } from "./usage-error.ts";

interface Destination {
  readonly entry: ReporterEntry;
  /** Undefined: standard output. */
  readonly file: string | undefined;
}

/** Opens what the options ask for; people read standard output unless another reporter writes there. */
export function openReporters(options: CheckOptions, several: boolean, host: Host): Reporter {
  const asked = (options.reporter ?? []).map(destinationOf);
  if (options.json === true && !asked.some(({ entry, file }) => entry.name === "json" && file === undefined))
    asked.push({ entry: entryNamed("json"), file: undefined });
  if (!asked.some(({ file }) => file === undefined)) asked.unshift({ entry: entryNamed("pretty"), file: undefined });
  rejectSamePlace(asked);
  const open = asked.map(({ entry, file }): Reporter => {
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
  const places = destinations.map(({ file }) => file ?? "standard output");
  const twice = places.find((place, position) => places.indexOf(place) !== position);
  if (twice !== undefined)
    throw usageError(`two reporters write to ${twice}`, "give one of them a file: --reporter json:report.json");
}

/** Opens the file at once, so that a path that cannot be written is known before the search. */
function intoFile(reporter: Reporter, file: string): Reporter {
  let text = "";
  write("");
  return {
    onResult(result: CheckResult) {
      text += reporter.onResult(result);
      return "";
    },
    onEnd(report: Report) {
      write(text + reporter.onEnd(report));
      return "";
    },
  };

  function write(content: string): void {
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    } catch (error) {
      throw usageError(`${file} cannot be written: ${(error as Error).message}`, undefined, "cli/unwritable");
    }
  }
}
