/** The reports of all shards of a check -> the report of one run. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { at } from "../ir/lookup.ts";
import type { CheckResult, FoundTrace, Report } from "../reporters/report.ts";
import type { ShardRun } from "../shards/shard.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import { propertyOfWitness, rangeProperty, type Trace } from "../trace/format.ts";
import { readTrace } from "../trace/read-trace.ts";
import type { CheckReportFile } from "./report-file.ts";
import type { ResultJson, ViolationJson } from "./report-json.ts";

/** The trace that a report names; undefined if it is not at hand. */
type TraceOf = (path: string | null) => Trace | undefined;

/**
 * The reports must fit together (fit.ts). `withTraces`: whether to read the traces that the reports name. Throws a
 * UserError for a trace that is not valid.
 */
export function mergeChecks(reports: readonly CheckReportFile[], withTraces: boolean): Report {
  const locate = locator(reports);
  const merged = reports.flatMap(({ source, content, shard }) => {
    const traceOf: TraceOf = (path) => (withTraces && path !== null ? traceBeside(source.file, path) : undefined);
    return content.results.map((result, index) => {
      const run = at(shard.runs, index);
      return { position: run.position, result: resultOf(result, run, locate(run.file), traceOf) };
    });
  });
  return {
    version: at(reports, 0).shard.tool,
    results: merged.sort((one, other) => one.position - other.position).map(({ result }) => result),
  };
}

function resultOf(
  result: ResultJson,
  { file }: ShardRun,
  locate: CheckResult["locate"],
  traceOf: TraceOf,
): CheckResult {
  const { spec, kernel, features, verdict, outcome, complete, reproduce } = result;
  const { symmetriesLeftOut, unreached, vacuous, reachedBeyond, passedAssertions } = result;
  const { rangeError, alternatives = [], witnesses = [] } = result;
  const found = ({ property, length, repeats, trace }: ViolationJson): FoundTrace => ({
    ...{ property, length, repeats },
    path: trace ?? undefined,
    trace: matching(traceOf(trace), property, length, result),
  });
  return {
    ...{ spec, file, kernel, features, locate, verdict, outcome, complete, reproduce },
    ...{ symmetriesLeftOut, unreached, vacuous, reachedBeyond, passedAssertions },
    expected: result.expected ?? undefined,
    drifts: result.drifts ?? [],
    statistics: statisticsOf(result),
    bound: result.bound,
    continuation: result.continuation,
    resumedAt: result.resumedAt,
    advice: result.advice ?? [],
    violations: result.violations.map(found),
    alternatives: alternatives.map(found),
    tracesAsked: 1 + most(result.violations.map(({ property }) => countOf(alternatives, property))),
    witnesses: witnesses.map(({ sometimes, length, trace, bound }) => ({
      condition: sometimes,
      found: length === null ? undefined : found({ property: propertyOfWitness(sometimes), length, trace }),
      bound,
    })),
    rangeError: rangeError && {
      ...found({ ...rangeError, property: rangeProperty.name }),
      message: rangeError.message,
    },
    notes: result.notes ?? [],
  };
}

function statisticsOf(result: ResultJson): CheckResult["statistics"] {
  const { states, transitions, depth, seconds, statesPerSecond, workers, bitsPerState, bytesPerState } = result;
  const { store, filled, parts, bytesOnDisk, symmetries, missProbability: omissionProbability } = result;
  return {
    ...{ states, transitions, depth, seconds, statesPerSecond, workers, bitsPerState, bytesPerState },
    ...{ store, filled, parts, bytesOnDisk, symmetries, omissionProbability },
  };
}

function countOf(found: readonly ViolationJson[], property: string): number {
  return found.filter((one) => one.property === property).length;
}

function most(counts: readonly number[]): number {
  return Math.max(0, ...counts);
}

/** At its path, or beside the report. */
function traceBeside(report: string, path: string): Trace | undefined {
  const file = [path, join(dirname(report), basename(path))].find((one) => existsSync(one));
  return file === undefined ? undefined : readTrace(file);
}

/** The file may be that of another run. */
function matching(
  trace: Trace | undefined,
  property: string,
  length: number,
  { spec, kernel }: ResultJson,
): Trace | undefined {
  const isSame =
    trace?.property === property &&
    trace.steps.length === length &&
    trace.spec.name === spec &&
    trace.kernel === kernel;
  return isSame ? trace : undefined;
}

/** Where something stands in a scenario's file, if the same file is at hand; otherwise its beginning. */
function locator(reports: readonly CheckReportFile[]): (file: string) => CheckResult["locate"] {
  const digests = new Map(reports.flatMap(({ shard }) => shard.scenarios.map(({ file, sha256 }) => [file, sha256])));
  const known = new Map<string, CheckResult["locate"]>();
  return (file) => {
    const locate = known.get(file) ?? locateIn(file, digests.get(file));
    known.set(file, locate);
    return locate;
  };
}

function locateIn(file: string, sha256: string | undefined): CheckResult["locate"] {
  if (existsSync(file)) {
    const text = readFileSync(file, "utf8");
    if (createHash("sha256").update(text).digest("hex") === sha256) return parseSpec(text, file).locate;
  }
  return () => ({ line: 1, column: 1 });
}
