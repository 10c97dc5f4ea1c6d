/** `exclusive-check <spec...>` */
import { SearchFailure } from "../checker/search-types.ts";
import { makeFolder } from "../files/make-folder.ts";
import type { CheckResult } from "../reporters/report.ts";
import type { Reporter } from "../reporters/reporter.ts";
import { loadSpec } from "../spec/load-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { CheckOptions } from "./check-options.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-code.ts";
import { findSpecs } from "./find-specs.ts";
import type { Host } from "./host.ts";
import { listenForSignals } from "./interruption.ts";
import { describeFailure, prepareCheckpoint } from "./keep-checkpoint.ts";
import { type Outputs, outputsOf, unlessImpossible } from "./outputs.ts";
import { planChecks } from "./plan-checks.ts";
import { prepareSpill } from "./prepare-spill.ts";
import { progressLine } from "./progress-line.ts";
import { openReporters } from "./report-outputs.ts";
import { type Check, prepareCheck, runCheck, startOf } from "./run-check.ts";

export async function checkCommand(
  paths: readonly string[],
  options: CheckOptions,
  { commands, version }: { readonly commands: readonly string[]; readonly version: string },
  host: Host,
): Promise<ExitCode> {
  // First of all, so that no signal finds nobody listening.
  const interruption = listenForSignals();
  try {
    const specs = findSpecs(paths, commands).map(loadSpec);
    const checks = planChecks(specs, options);
    const outputs = outputsOf(
      specs.map(({ file }) => file),
      host,
    );
    prepareOut(options);
    prepareCheckpoint(checks, options, outputs);
    prepareSpill(options);
    if (checks.length > 1) await rejectBadTexts(checks, { options, buildModel: host.buildModel });
    const reporter = openReporters(options, specs.length > 1, outputs, host);

    const results: CheckResult[] = [];
    for (const check of checks) {
      if (interruption.received() !== undefined) break;
      const result = await runWithProgress(check, reporter, outputs);
      results.push(result);
      write(reporter.onResult(result));
    }
    write(reporter.onEnd({ version, results }));
    const signal = interruption.received();
    return signal === undefined ? exitCodeOf(results, outputs.failed()) : exitCodes[signal];
  } finally {
    interruption.stopListening();
  }

  function write(text = ""): void {
    if (text !== "") host.stdout.write(text);
  }

  async function runWithProgress(check: Check, reporter: Reporter, outputs: Outputs): Promise<CheckResult> {
    const start = startOf(check);
    write(reporter.onStart?.(start));
    const progress = progressLine(host.stderr, `${check.spec.name} on ${check.kernel}`, options.quiet === true);
    try {
      return await runCheck(check, {
        version,
        options,
        outputs,
        buildModel: host.buildModel,
        signal: interruption.signal,
        onProgress(soFar) {
          const text = reporter.onProgress?.(start, soFar) ?? "";
          if (text !== "") progress.clear();
          write(text);
          progress.searched(soFar);
        },
        onWarning(message) {
          progress.clear();
          host.stderr.write(`${message}\n`);
        },
      });
    } catch (error) {
      if (error instanceof SearchFailure) host.stderr.write(`${describeFailure(error, options)}\n`);
      throw error;
    } finally {
      progress.clear();
    }
  }
}

/** Reports what is wrong with a scenario's own texts before the first search, not between two of them. */
async function rejectBadTexts(
  checks: readonly Check[],
  surroundings: Parameters<typeof prepareCheck>[1],
): Promise<void> {
  const specs = new Set(checks.map(({ spec }) => spec).filter(hasOwnTexts));
  for (const spec of specs) {
    const first = checks.find((check) => check.spec === spec);
    if (first !== undefined) await prepareCheck(first, surroundings);
  }
}

function hasOwnTexts({ propertyPaths, sometimes }: Spec): boolean {
  return propertyPaths.size + sometimes.length > 0;
}

/** Before the search, because after it the results would be lost. */
export function prepareOut({ out }: Pick<CheckOptions, "out">): void {
  unlessImpossible({ name: `--out ${out}` }, () => makeFolder(out));
}
