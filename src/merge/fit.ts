/** Whether reports are those of all shards of one run. */
import { basename } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { at } from "../ir/lookup.ts";
import type { ScenarioDigest, ShardRecord } from "../shards/shard.ts";
import { shardName } from "../shards/shard.ts";
import { diagnosticIn, type Path } from "../spec/source-file.ts";
import { count } from "../text/quantities.ts";
import type { ReportFile } from "./report-file.ts";

/** Throws a UserError that names everything that does not fit. */
export function rejectMisfits(reports: readonly ReportFile[]): void {
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError("there are no reports to merge");
  const foreign = others.flatMap((report) => foreignPart(report, first) ?? []);
  if (foreign.length > 0) throw new UserError(foreign);
  const doubled = reports.flatMap((report, position) => doubledShard(report, reports.slice(0, position)) ?? []);
  const unfinished = reports.flatMap((report) => missingRuns(report) ?? []);
  const wrong = [...doubled, ...unfinished, ...missingShards(reports)];
  if (wrong.length > 0) throw new UserError(wrong);
  rejectWrongRuns(reports);
}

/** What distinguishes the runs of two reports. */
function foreignPart(report: ReportFile, first: ReportFile): Diagnostic | undefined {
  const [mine, other] = [report.shard, first.shard];
  const than = `expected the same as in ${first.source.file}`;
  if (report.kind !== first.kind) return misfit(report, [], `this is the report of a ${report.kind}; ${than}`);
  if (mine.tool !== other.tool)
    return misfit(report, ["shard", "tool"], `version ${mine.tool} made this report; ${than}: ${other.tool}`);
  if (mine.of !== other.of)
    return misfit(report, ["shard", "of"], `this is one of ${count(mine.of, "shard")}; ${than}: ${other.of}`);
  const [options, awaited] = [mine, other].map((one) => one.options.join(" ") || "no options");
  if (options !== awaited)
    return misfit(report, ["shard", "options"], `this run had other options: ${options}; ${than}: ${awaited}`);
  const scenario = otherScenario(mine.scenarios, other.scenarios);
  if (scenario !== undefined)
    return misfit(report, ["shard", "scenarios", scenario], `this run had another scenario here; ${than}`);
  // The same version, options and scenarios have the same runs.
  if (mine.total !== other.total)
    return misfit(report, ["shard", "total"], `this is a part of ${count(mine.total, "run")}; ${than}: ${other.total}`);
  return undefined;
}

/** The position of the first one. Folders may have other names on another machine. */
function otherScenario(mine: readonly ScenarioDigest[], others: readonly ScenarioDigest[]): number | undefined {
  const length = Math.max(mine.length, others.length);
  const nameOf = (one: ScenarioDigest | undefined) => one && `${basename(one.file)} ${one.sha256}`;
  return Array.from({ length }, (_, position) => position).find(
    (position) => nameOf(mine[position]) !== nameOf(others[position]),
  );
}

function doubledShard(report: ReportFile, before: readonly ReportFile[]): Diagnostic | undefined {
  const twin = before.find(({ shard }) => shard.number === report.shard.number);
  if (twin === undefined) return undefined;
  return misfit(report, ["shard", "number"], `${shardName(report.shard)} is also in ${twin.source.file}`);
}

function missingShards(reports: readonly ReportFile[]): readonly Diagnostic[] {
  const { of } = at(reports, 0).shard;
  const given = new Set(reports.map(({ shard }) => shard.number));
  const missing = Array.from({ length: of }, (_, shard) => shard + 1).filter((number) => !given.has(number));
  if (missing.length === 0) return [];
  const names = missing.map((number) => shardName({ number, of }));
  const shown = names.length > 8 ? [...names.slice(0, 8), `and ${names.length - 8} more`] : names;
  return [{ code: "report/missing-shard", message: `there is no report of ${shown.join(", ")}` }];
}

/** A signal ends a run early. */
function missingRuns(report: ReportFile): Diagnostic | undefined {
  const { shard } = report;
  const made = report.kind === "check" ? report.content.results.length : reviewedRuns(report.content);
  if (made === shard.runs.length) return undefined;
  const what = `${made} of the ${count(shard.runs.length, "run")} of ${shardName(shard)}`;
  return misfit(report, ["shard", "runs"], `this report has ${what}; expected all`, "run this shard again");
}

function reviewedRuns({
  untouched,
  same,
  refused,
  differing,
}: Extract<ReportFile, { kind: "review" }>["content"]): number {
  return untouched + same + refused + differing.length;
}

/** Only a report that was changed by hand has other runs than its shard. */
function rejectWrongRuns(reports: readonly ReportFile[]): void {
  const seen = new Set<number>();
  for (const report of reports)
    for (const [index, { position }] of report.shard.runs.entries()) {
      if (seen.has(position) || position >= report.shard.total)
        throw new UserError([
          misfit(report, ["shard", "runs", index, "position"], `run ${position} is also in another shard`),
        ]);
      seen.add(position);
    }
  for (const report of reports) {
    const wrong = wrongResult(report, report.shard);
    if (wrong !== undefined) throw new UserError([wrong]);
  }
}

function wrongResult(report: ReportFile, { runs }: ShardRecord): Diagnostic | undefined {
  if (report.kind === "check") {
    const wrong = report.content.results.findIndex(
      ({ spec, kernel }, index) => spec !== runs[index]?.spec || kernel !== runs[index]?.kernel,
    );
    return wrong < 0 ? undefined : misfit(report, ["results", wrong], "this is not the run that shard.runs names");
  }
  const named = new Set(runs.map(({ spec, kernel }) => `${spec} on ${kernel}`));
  const wrong = report.content.differing.findIndex(({ spec, kernel }) => !named.has(`${spec} on ${kernel}`));
  return wrong < 0 ? undefined : misfit(report, ["differing", wrong], "shard.runs does not name this run");
}

function misfit({ source }: ReportFile, path: Path, message: string, hint?: string): Diagnostic {
  return diagnosticIn(source, path, { code: "report/does-not-fit", message, hint });
}
