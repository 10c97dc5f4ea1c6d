/** `exclusive-check <spec...>` */

import type { CheckTarget } from "../../check/check-request.ts";
import { type IdleFeature, withoutIdleFeatures } from "../../check/idle-features.ts";
import { prepareCheck } from "../../check/prepare.ts";
import { runCheck, startOf } from "../../check/run-check.ts";
import { SearchFailure } from "../../checker/contract/search-types.ts";
import { makeFolder } from "../../files/make-folder.ts";
import type { CheckResult } from "../../reporters/report.ts";
import type { Reporter } from "../../reporters/reporter.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import type { Spec } from "../../spec/spec.ts";
import type { CheckOptions } from "../options/check-options.ts";
import { askedFeatures } from "../options/edit-choice.ts";
import { leftOutNotes, leftOutOf } from "../options/left-out.ts";
import {
  checkRequest,
  idleNote,
  idleSummary,
  type PlannedCheck,
  planChecks,
  withoutIdle,
} from "../options/plan-checks.ts";
import { type Outputs, outputsOf, unlessImpossible } from "../output/outputs.ts";
import { progressLine } from "../output/progress-line.ts";
import { openReporters } from "../output/report-outputs.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { findSpecs, specPath } from "./find-specs.ts";
import { checkpointRequest, describeFailure, prepareCheckpoint } from "./keep-checkpoint.ts";
import { keepTracesIn } from "./keep-traces-in.ts";
import { prepareSpill } from "./prepare-spill.ts";
import { tellKernels } from "./tell-kernels.ts";

export interface CheckContext {
  /** The names of the commands, for a hint if a word is a mistyped command. */
  readonly commands: readonly string[];
  readonly version: string;
}

export async function checkCommand(
  paths: readonly string[],
  options: CheckOptions,
  context: CheckContext,
  host: Host,
): Promise<ExitCode> {
  // This comes first, so that no signal is missed.
  return whileListening((interruption) => checkUntil(interruption, paths, options, context, host));
}

/** The same for a caller that already listens for signals. */
export async function checkUntil(
  interruption: Interruption,
  paths: readonly string[],
  options: CheckOptions,
  { commands, version }: CheckContext,
  host: Host,
): Promise<ExitCode> {
  const specs = findSpecs(paths, commands).map(loadSpec);
  const isLeftOut = leftOutOf(paths.map(specPath), options);
  const leftOut = leftOutNotes(specs, options, isLeftOut);
  const asked = askedFeatures(options);
  const checks = planChecks(specs, options, asked, isLeftOut);
  const outputs = outputsOf(
    specs.map(({ file }) => file),
    host,
  );
  prepareOut(options);
  prepareCheckpoint(checks.length, options, outputs);
  prepareSpill(options);
  if (checks.length > 1)
    await rejectBadTexts(
      checks.map(({ target }) => target),
      host,
      interruption,
    );
  const reporter = openReporters(options, new Set(checks.map(({ target }) => target.spec)).size > 1, outputs, host);

  tellKernels(options.kernel, host.stderr);
  for (const note of leftOut) host.stderr.write(`note: ${note}\n`);
  const results: CheckResult[] = [];
  const idle: IdleFeature[] = [];
  for (const planned of checks) {
    if ((await interruption.hear()) !== undefined) break;
    const { features, idle: found } = await withoutIdleFeatures(planned.target, planned.own, asked, host);
    if (checks.length === 1) for (const feature of found) host.stderr.write(`warning: ${idleNote(feature)}\n`);
    idle.push(...found);
    const check = withoutIdle(planned, features, found);
    const result = await runWithProgress(check, reporter, outputs);
    if (result === undefined) break;
    results.push(result);
    write(reporter.onResult(result));
  }
  write(reporter.onEnd({ version, results }));
  if (checks.length > 1) for (const line of idleSummary(idle, results.length)) host.stderr.write(`${line}\n`);
  const signal = await interruption.hear();
  return signal === undefined ? exitCodeOf(results, outputs.failed()) : exitCodes[signal];

  function write(text = ""): void {
    if (text !== "") host.stdout.write(text);
  }

  /** Undefined if a signal came before the search. */
  async function runWithProgress(
    planned: PlannedCheck,
    reporter: Reporter,
    outputs: Outputs,
  ): Promise<CheckResult | undefined> {
    const { spec, kernel } = planned.target;
    const start = startOf(planned.target);
    write(reporter.onStart?.(start));
    const progress = progressLine(host.stderr, `${spec.name} on ${kernel}`, options.quiet === true);
    try {
      const checkpoint = checkpointRequest(options, (message) => {
        progress.clear();
        host.stderr.write(`${message}\n`);
      });
      return await runCheck(checkRequest(planned, options, checkpoint), {
        version,
        keepTrace: keepTracesIn(options.out, outputs),
        buildModel: interruption.building(host.buildModel),
        signal: interruption.signal,
        onProgress(soFar) {
          const text = reporter.onProgress?.(start, soFar) ?? "";
          if (text !== "") progress.clear();
          write(text);
          progress.searched(soFar);
        },
      });
    } catch (error) {
      if (interruption.isWhy(error)) return undefined;
      if (error instanceof SearchFailure) host.stderr.write(`${describeFailure(error, options)}\n`);
      throw error;
    } finally {
      progress.clear();
    }
  }
}

/** Reports errors in the scenarios' own expressions before the first search, not between two searches. */
async function rejectBadTexts(
  targets: readonly CheckTarget[],
  builder: Pick<Host, "buildModel">,
  interruption: Interruption,
): Promise<void> {
  const specs = new Set(targets.map(({ spec }) => spec).filter(hasOwnTexts));
  for (const spec of specs) {
    if ((await interruption.hear()) !== undefined) return;
    const first = targets.find((target) => target.spec === spec);
    if (first !== undefined) await prepareCheck(first, builder);
  }
}

function hasOwnTexts({ propertyPaths, sometimes }: Spec): boolean {
  return propertyPaths.size + sometimes.length > 0;
}

/** Called before the search: after it, the results would be lost. */
export function prepareOut({ out }: Pick<CheckOptions, "out">): void {
  unlessImpossible({ name: `--out ${out}` }, () => makeFolder(out));
}
