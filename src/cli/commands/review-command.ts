/** `exclusive-check review [specs...] --edit ...`: what a change of the kernel does to the verdicts of many scenarios. */
import { join } from "node:path";
import { usageError } from "../../diagnostics/usage-error.ts";
import { printEdit } from "../../edits/edit.ts";
import { unknownIn } from "../../edits/unknown-step.ts";
import { entryOf } from "../../ir/lookup.ts";
import { listProcedures } from "../../model/procedures.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { review } from "../../review/review.ts";
import type { Reviewed, ReviewTask } from "../../review/review-run.ts";
import type { ReviewedRun, ReviewSummary } from "../../review/review-text.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import type { PlacedEdit, Spec } from "../../spec/spec.ts";
import { count } from "../../text/quantities.ts";
import { chooseShard, shardNote } from "../options/choose-shard.ts";
import { editsNamed } from "../options/edit-choice.ts";
import { rejectSameNames } from "../options/plan-checks.ts";
import { optionsThatMatter } from "../options/reproduce.ts";
import type { ReviewOptions } from "../options/review-options.ts";
import { outputsOf } from "../output/outputs.ts";
import { progressLine } from "../output/progress-line.ts";
import { reviewExitCode, reviewOutput } from "../output/review-output.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { findSpecs, library } from "./find-specs.ts";
import { keepTracesIn } from "./keep-traces-in.ts";
import { tellKernels } from "./tell-kernels.ts";

export async function reviewCommand(
  paths: readonly string[],
  options: ReviewOptions,
  version: string,
  host: Host,
): Promise<ExitCode> {
  return whileListening((interruption) => reviewUntil(interruption, paths, options, version, host));
}

async function reviewUntil(
  interruption: Interruption,
  paths: readonly string[],
  options: ReviewOptions,
  version: string,
  host: Host,
): Promise<ExitCode> {
  const edits = (options.edit ?? []).flatMap(editsNamed);
  rejectNothing(options, edits);
  rejectUnknown(edits, host);
  const specs = findSpecs(paths.length === 0 ? [library] : paths, []).map(loadSpec);
  rejectSameNames(specs);
  const lines = edits.map(({ edit }) => printEdit(edit));
  const { tasks: all, skipped } = tasksOf(specs, options, lines, version);
  if (all.length === 0) throw usageError("no scenario names the kernels to compare");
  const byFile = new Map(specs.map((spec) => [spec.file, spec]));
  const { runs: tasks, record } = chooseShard(
    all,
    ({ file, kernels, maxStates }) => {
      return { spec: entryOf(byFile, file, file), row: kernels[1], kernel: comparedKernels(kernels), maxStates };
    },
    options.shard,
    { specs, tool: version, options: [...baseOption(options), ...optionsThatMatter(options, lines)] },
  );
  tellKernels([...(options.base === undefined ? [] : [options.base]), ...(options.kernel ?? [])], host.stderr);
  if (record !== undefined) host.stderr.write(`note: ${shardNote(record)}\n`);
  const outputs = outputsOf(
    specs.map(({ file }) => file),
    host,
  );
  const keepTrace = keepTracesIn(options.out, outputs);
  const progress = progressLine(host.stderr, "review", options.quiet === true);
  const found = new Map<ReviewTask, Reviewed>();
  const files = new Map<ReviewTask, ReadonlyMap<string, string>>();
  try {
    const onResult = (task: ReviewTask, result: Reviewed): void => {
      found.set(task, result);
      if (result.kind === "differs") files.set(task, written(result, keepTrace));
      const bad = [...found.values()].filter((one) => one.kind === "differs" && one.difference.bad.length > 0).length;
      progress.told(`${found.size} of ${count(tasks.length, "run")}, ${bad} turned bad`);
    };
    await review(tasks, onResult, { signal: interruption.signal, threads: options.workers });
  } finally {
    progress.clear();
  }
  const summary = summaryOf(specs, tasks, found, files, skipped);
  host.stdout.write(reviewOutput(summary, record, options));
  const signal = await interruption.hear();
  if (signal === undefined) return reviewExitCode(summary, outputs.failed());
  host.stderr.write(`note: stopped by a signal after ${found.size} of ${count(tasks.length, "run")}\n`);
  return exitCodes[signal];
}

function rejectNothing(
  { with: on = [], without: off = [], base, kernel = [] }: ReviewOptions,
  edits: readonly unknown[],
): void {
  if (edits.length + on.length + off.length === 0 && base === undefined)
    throw usageError("a review needs a change", "--edit, --with, --without, or --base with --kernel");
  if (base !== undefined && kernel.length !== 1)
    throw usageError("--base is compared with one other version", "name it with --kernel");
}

/** Scenarios differ in what they use; what none of them can have is a mistake. */
function rejectUnknown(edits: readonly PlacedEdit[], { outlineOperations }: Host): void {
  if (edits.length === 0) return;
  const procedures = listProcedures(outlineOperations);
  for (const { edit } of edits) {
    const unknown = unknownIn(edit, procedures, (label) => label);
    if (unknown !== undefined) throw usageError(`the edit "${printEdit(edit)}": ${unknown.message}`, unknown.hint);
  }
}

function tasksOf(
  specs: readonly Spec[],
  { with: on = [], without: off = [], base, kernel: asked, maxStates, out }: ReviewOptions,
  edits: readonly string[],
  version: string,
): { readonly tasks: readonly ReviewTask[]; readonly skipped: number } {
  const cache = join(out, "review");
  let skipped = 0;
  const tasks = specs.flatMap((spec) => {
    const named = spec.kernels.map(({ kernel }) => kernel);
    const wanted = asked?.map(({ kernel }) => kernel) ?? named;
    const pairs = wanted.flatMap((kernel): readonly (readonly [KernelVersion, KernelVersion])[] => {
      const from = base?.kernel ?? kernel;
      return named.includes(kernel) && named.includes(from) ? [[from, kernel]] : [];
    });
    if (pairs.length === 0) skipped++;
    return pairs.map(
      (kernels): ReviewTask => ({
        file: spec.file,
        kernels,
        with: on,
        without: off,
        edits,
        maxStates,
        cache,
        version,
      }),
    );
  });
  return { tasks, skipped };
}

function comparedKernels([base, kernel]: ReviewTask["kernels"]): string {
  return base === kernel ? kernel : `${kernel} (from ${base})`;
}

function baseOption({ base }: ReviewOptions): readonly string[] {
  return base === undefined ? [] : ["--base", base.kernel];
}

function written(
  { traces }: Extract<Reviewed, { kind: "differs" }>,
  keepTrace: ReturnType<typeof keepTracesIn>,
): ReadonlyMap<string, string> {
  return new Map(
    traces.flatMap((trace) => {
      const file = keepTrace(trace);
      return file === undefined ? [] : [[trace.property, file] as const];
    }),
  );
}

/** In the order of the scenarios, whatever came first. */
function summaryOf(
  specs: readonly Spec[],
  tasks: readonly ReviewTask[],
  found: ReadonlyMap<ReviewTask, Reviewed>,
  files: ReadonlyMap<ReviewTask, ReadonlyMap<string, string>>,
  skipped: number,
): ReviewSummary {
  const names = new Map(specs.map(({ file, name }) => [file, name]));
  const nameOf = ({ file, kernels }: ReviewTask) => {
    return { spec: names.get(file) ?? file, kernel: comparedKernels(kernels) };
  };
  const results = tasks.flatMap((task) => {
    const result = found.get(task);
    return result === undefined ? [] : [{ task, result }];
  });
  return {
    differing: results.flatMap(({ task, result }): readonly ReviewedRun[] => {
      if (result.kind !== "differs") return [];
      return [{ ...nameOf(task), difference: result.difference, traces: files.get(task) ?? new Map() }];
    }),
    untouched: results.filter(({ result }) => result.kind === "untouched").length,
    refused: results.flatMap(({ task, result }) =>
      result.kind === "refused" ? [{ ...nameOf(task), message: result.message }] : [],
    ),
    same: results.filter(({ result }) => result.kind === "same").length,
    incomplete: results.filter(
      ({ result }) =>
        (result.kind === "same" && !result.complete) || (result.kind === "differs" && !result.difference.complete),
    ).length,
    skipped,
  };
}
