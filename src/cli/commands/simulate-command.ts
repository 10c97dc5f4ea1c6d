/** `exclusive-check simulate <spec>` */

import { withoutIdleFeatures } from "../../check/idle-features.ts";
import { runWalks, type WalksRequest } from "../../check/run-walks.ts";
import { search } from "../../checker/search.ts";
import { maxWalkDepth } from "../../checker/simulate.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { renderWalkedRace, renderWalks, type WalksResult, walksJson } from "../../reporters/simulation.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import { askedFeatures } from "../options/edit-choice.ts";
import { idleNote, type PlannedCheck, planChecks, withoutIdle } from "../options/plan-checks.ts";
import { simulateAgain } from "../options/reproduce.ts";
import type { SimulateOptions } from "../options/simulate-options.ts";
import { colorsFor } from "../output/color-level.ts";
import { type Outputs, outputsOf } from "../output/outputs.ts";
import { progressLine } from "../output/progress-line.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { prepareOut } from "./check-command.ts";
import { findSpecs } from "./find-specs.ts";
import { keepTracesIn } from "./keep-traces-in.ts";
import { tellKernels } from "./tell-kernels.ts";

const defaultWalks = 10_000;
const defaultMaxStates = 2_000_000;

export async function simulateCommand(
  path: string,
  options: SimulateOptions,
  version: string,
  host: Host,
): Promise<ExitCode> {
  return whileListening((interruption) => simulateUntil(interruption, path, options, version, host));
}

async function simulateUntil(
  interruption: Interruption,
  path: string,
  options: SimulateOptions,
  version: string,
  host: Host,
): Promise<ExitCode> {
  if (options.depth !== undefined && options.depth > maxWalkDepth)
    throw usageError(`--depth ${options.depth}: a walk takes at most ${maxWalkDepth} steps`);
  const asked = askedFeatures(options);
  const checks = planChecks(findSpecs([path], []).map(loadSpec), options, asked);
  prepareOut(options);
  const outputs = outputsOf(
    checks.map(({ target }) => target.spec.file),
    host,
  );
  const colors = colorsFor(host.stdout, options.color, host.env);
  const how = { quiet: options.quiet === true, full: options.full === true, colors };
  const results: WalksResult[] = [];
  tellKernels(options.kernel, host.stderr);
  for (const planned of checks) {
    if ((await interruption.hear()) !== undefined) break;
    const { features, idle } = await withoutIdleFeatures(planned.target, planned.own, asked, host);
    for (const feature of idle) host.stderr.write(`warning: ${idleNote(feature)}\n`);
    const check = withoutIdle(planned, features, idle);
    const result = await walkThrough(check, { options, outputs, version, interruption, host });
    if (result === undefined) break;
    results.push(result);
    if (options.json !== true) host.stdout.write(renderWalks(result, how));
  }
  host.stdout.write(options.json === true ? walksJson(version, results) : renderWalkedRace(results, how));
  const signal = await interruption.hear();
  return signal === undefined ? exitCodeOf(results, outputs.failed()) : exitCodes[signal];
}

interface Surroundings {
  readonly options: SimulateOptions;
  readonly outputs: Outputs;
  readonly version: string;
  readonly interruption: Interruption;
  readonly host: Host;
}

/** Undefined if a signal came before the walks. */
async function walkThrough(
  check: PlannedCheck,
  { options, outputs, version, interruption, host }: Surroundings,
): Promise<WalksResult | undefined> {
  const { spec, kernel } = check.target;
  const progress = progressLine(host.stderr, `${spec.name} on ${kernel}`, options.quiet === true);
  try {
    return await runWalks(walksRequest(check, options), {
      version,
      keepTrace: keepTracesIn(options.out, outputs),
      search,
      buildModel: interruption.building(host.buildModel),
      signal: interruption.signal,
      onWalks: progress.walked,
      onProgress: progress.searched,
    });
  } catch (error) {
    if (interruption.isWhy(error)) return undefined;
    throw error;
  } finally {
    progress.clear();
  }
}

function walksRequest({ target, expected, notes }: PlannedCheck, options: SimulateOptions): WalksRequest {
  const { seed, walks, depth, timeout, maxStates = defaultMaxStates, memory, workers } = options;
  return {
    ...target,
    expected,
    notes,
    seed,
    walks: walks ?? (timeout === undefined ? defaultWalks : Number.POSITIVE_INFINITY),
    ...(depth === undefined ? {} : { depth }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout.value }),
    findsAll: options.allViolations === true,
    limits: {
      maxStates,
      ...(memory === undefined ? {} : { memoryBytes: memory.value }),
      ...(workers === undefined ? {} : { workers }),
    },
    reproduce: simulateAgain(target.spec.file, target.kernel, options),
  };
}
