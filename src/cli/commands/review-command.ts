/** `exclusive-check review [specs...] --edit ...`: what a change of the kernel does to the verdicts of many scenarios. */
import { join } from "node:path";
import { usageError } from "../../diagnostics/usage-error.ts";
import { printEdit } from "../../edits/edit.ts";
import { unknownIn } from "../../edits/unknown-step.ts";
import { listProcedures } from "../../model/procedures.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { jsonText } from "../../reporters/json-text.ts";
import { review } from "../../review/review.ts";
import type { Reviewed, ReviewTask } from "../../review/review-run.ts";
import { type ReviewedRun, type ReviewSummary, reviewText } from "../../review/review-text.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import type { PlacedEdit, Spec } from "../../spec/spec.ts";
import { count } from "../../text/quantities.ts";
import { editsNamed } from "../options/edit-choice.ts";
import type { ReviewOptions } from "../options/review-options.ts";
import { outputsOf } from "../output/outputs.ts";
import { progressLine } from "../output/progress-line.ts";
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
  const { tasks, skipped } = tasksOf(specs, options, edits, version);
  if (tasks.length === 0) throw usageError("no scenario names the kernels to compare");
  tellKernels([...(options.base === undefined ? [] : [options.base]), ...(options.kernel ?? [])], host.stderr);
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
  host.stdout.write(options.json === true ? jsonText(jsonOf(summary)) : textOf(summary, options));
  const signal = await interruption.hear();
  return signal === undefined ? exitCodeOf(summary, outputs.failed()) : exitCodes[signal];
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
  edits: readonly PlacedEdit[],
  version: string,
): { readonly tasks: readonly ReviewTask[]; readonly skipped: number } {
  const lines = edits.map(({ edit }) => printEdit(edit));
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
        edits: lines,
        maxStates,
        cache,
        version,
      }),
    );
  });
  return { tasks, skipped };
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
  const results = tasks.flatMap((task) => {
    const result = found.get(task);
    return result === undefined ? [] : [{ task, result }];
  });
  return {
    differing: results.flatMap(({ task, result }): readonly ReviewedRun[] => {
      if (result.kind !== "differs") return [];
      const [base, kernel] = task.kernels;
      const compared = base === kernel ? kernel : `${kernel} (from ${base})`;
      const spec = names.get(task.file) ?? task.file;
      return [{ spec, kernel: compared, difference: result.difference, traces: files.get(task) ?? new Map() }];
    }),
    untouched: results.filter(({ result }) => result.kind === "untouched").length,
    refused: results.flatMap(({ result }) => (result.kind === "refused" ? [result.message] : [])),
    same: results.filter(({ result }) => result.kind === "same").length,
    incomplete: results.filter(
      ({ result }) =>
        (result.kind === "same" && !result.complete) || (result.kind === "differs" && !result.difference.complete),
    ).length,
    skipped,
  };
}

function textOf(summary: ReviewSummary, { quiet }: ReviewOptions): string {
  const lines = reviewText(quiet === true ? onlyBad(summary) : summary);
  return `${lines.join("\n")}\n`;
}

function onlyBad(summary: ReviewSummary): ReviewSummary {
  const differing = summary.differing.map((run) => ({
    ...run,
    difference: { ...run.difference, good: [], open: [], untested: [], unreached: [] },
  }));
  return { ...summary, differing };
}

function jsonOf({ differing, refused, ...counts }: ReviewSummary): object {
  return {
    version: 1,
    ...counts,
    refused: refused.length,
    differing: differing.map(({ spec, kernel, difference, traces }) => ({
      spec,
      kernel,
      ...difference,
      bad: difference.bad.map((one) => ({ ...one, trace: traces.get(one.property) ?? null })),
    })),
  };
}

function exitCodeOf({ differing, refused, same, incomplete }: ReviewSummary, failed: boolean): ExitCode {
  if (differing.some(({ difference }) => difference.bad.length > 0)) return exitCodes.differs;
  if (failed || (refused.length > 0 && differing.length + same === 0)) return exitCodes.usage;
  return incomplete > 0 ? exitCodes.incomplete : exitCodes.asExpected;
}
