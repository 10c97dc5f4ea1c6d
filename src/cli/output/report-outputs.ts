/** `--reporter` and its relatives -> open reporters, each with the place that its text goes to. */

import { usageError } from "../../diagnostics/usage-error.ts";
import { githubReporter } from "../../reporters/github.ts";
import { reporters } from "../../reporters/registry.ts";
import type { Reporter, ReporterEntry } from "../../reporters/reporter.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import type { ReportOptions } from "../options/check-options.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { colorsFor } from "./color-level.ts";
import { onGitHub } from "./github-actions.ts";
import type { Outputs } from "./outputs.ts";
import { besideTraces, everyTraceIntoFile, into, intoFile, together } from "./report-files.ts";

type Around = Pick<Host, "stdout" | "stderr" | "env">;

interface Destination {
  readonly entry: ReporterEntry;
  /** Undefined: standard output, or files beside the traces. */
  readonly file: string | undefined;
}

/** Opens the reporters of the options. Text for people goes to standard output unless another reporter writes there. */
export function openReporters(options: ReportOptions, several: boolean, outputs: Outputs, host: Around): Reporter {
  const asked = (options.reporter ?? []).map(destinationOf);
  if (options.json === true && !asked.some(({ entry, file }) => entry.name === "json" && file === undefined))
    asked.push({ entry: entryNamed("json"), file: undefined });
  if (!asked.some(isOnOutput)) asked.unshift({ entry: entryNamed("pretty"), file: undefined });
  rejectSamePlace(asked);
  const isForPeople = asked.some((one) => isOnOutput(one) && one.entry.name === "pretty") && options.quiet !== true;
  const open = asked.map((one) => openOne(one, { options, several, outputs, host, isForPeople }));
  return together([
    ...open,
    ...onGitHub(
      asked.map(({ entry }) => entry.name),
      host,
    ),
  ]);
}

interface Opening {
  readonly options: ReportOptions;
  readonly several: boolean;
  readonly outputs: Outputs;
  readonly host: Around;
  /** Whether people read standard output. */
  readonly isForPeople: boolean;
}

function openOne({ entry, file }: Destination, { options, several, outputs, host, isForPeople }: Opening): Reporter {
  if (file === undefined && entry.besideTraces !== undefined)
    return besideTraces(entry.besideTraces, entry.kind, outputs, isForPeople ? entry.name : undefined);
  const asked = file === undefined ? undefined : { name: file, file, kind: entry.kind };
  if (entry.open === undefined) {
    if (asked === undefined) throw new Error(`the reporter ${entry.name} has no file to write to`);
    return everyTraceIntoFile(entry.besideTraces, asked, outputs);
  }
  const colors = colorsFor(
    asked === undefined ? host.stdout : undefined,
    asked === undefined ? options.color : false,
    host.env,
  );
  const quiet = options.quiet === true && asked === undefined;
  const reporter = entry.open({ colors, quiet, full: options.full === true, several });
  if (asked === undefined) {
    const { command, write } = host.stdout;
    return entry === githubReporter ? into((text) => (command ?? write)(text), reporter) : reporter;
  }
  return intoFile(reporter, outputs.open(asked, { asItComes: entry.asItComes === true, removesOld: true }));
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
    meant === undefined ? `the reporters are ${names.join(", ")}` : `did you mean ${meant}?`,
  );
}

function rejectSamePlace(destinations: readonly Destination[]): void {
  const places = destinations.map(placeOf);
  const twice = places.find((place, position) => places.indexOf(place) !== position);
  if (twice !== undefined)
    throw usageError(`two reporters write to ${twice}`, "give one of them a file: --reporter json:report.json");
}

function placeOf({ entry, file }: Destination): string {
  if (file !== undefined) return file;
  return entry.besideTraces === undefined ? "standard output" : `files beside the traces (${entry.name})`;
}
