/** `exclusive-check simulate <spec>` */

import { withoutIdleFeatures } from "../../check/idle-features.ts";
import { outcomeOf } from "../../check/judge.ts";
import { keepTraces } from "../../check/keep-traces.ts";
import { prepareCheck } from "../../check/prepare.ts";
import { writtenChanges } from "../../check/written-changes.ts";
import { shortenWalks } from "../../checker/shorten-walks.ts";
import { maxWalkDepth, simulate } from "../../checker/simulate.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { at } from "../../ir/lookup.ts";
import {
  renderWalkedRace,
  renderWalks,
  type WalkedTrace,
  type WalksResult,
  walksJson,
} from "../../reporters/simulation.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import { rangeProperty } from "../../trace/format.ts";
import { askedFeatures, idleNote, type PlannedCheck, planChecks, withoutIdle } from "../options/plan-checks.ts";
import { simulateAgain } from "../options/reproduce.ts";
import type { SimulateOptions } from "../options/simulate-options.ts";
import { colorsFor } from "../output/color-level.ts";
import { type Outputs, outputsOf } from "../output/outputs.ts";
import { type ProgressLine, progressLine } from "../output/progress-line.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, listenForSignals } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { prepareOut } from "./check-command.ts";
import { findSpecs } from "./find-specs.ts";
import { keepTracesIn } from "./keep-traces-in.ts";
import { tellKernels } from "./tell-kernels.ts";

const defaultWalks = 10_000;
const defaultDepth = 10_000;
const defaultMaxStates = 2_000_000;

export async function simulateCommand(
  path: string,
  options: SimulateOptions,
  version: string,
  host: Host,
): Promise<ExitCode> {
  const interruption = listenForSignals();
  try {
    if (options.depth !== undefined && options.depth > maxWalkDepth)
      throw usageError(`--depth ${options.depth}: a walk takes at most ${maxWalkDepth} steps`);
    const checks = planChecks(findSpecs([path], []).map(loadSpec), options);
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
      const { features, idle } = await withoutIdleFeatures(planned.target, planned.own, askedFeatures(options), host);
      for (const feature of idle) host.stderr.write(`warning: ${idleNote(feature)}\n`);
      const check = withoutIdle(planned, features, idle);
      const result = await walkWithProgress(check, { options, outputs, version, interruption, host });
      if (result === undefined) break;
      results.push(result);
      if (options.json !== true) host.stdout.write(renderWalks(result, how));
    }
    host.stdout.write(options.json === true ? walksJson(version, results) : renderWalkedRace(results, how));
    const signal = await interruption.hear();
    return signal === undefined ? exitCodeOf(results, outputs.failed()) : exitCodes[signal];
  } finally {
    interruption.stopListening();
  }
}

/** Undefined if a signal came before the walks. */
async function walkWithProgress(check: PlannedCheck, surroundings: Surroundings): Promise<WalksResult | undefined> {
  const { host, options, interruption } = surroundings;
  const progress = progressLine(
    host.stderr,
    `${check.target.spec.name} on ${check.target.kernel}`,
    options.quiet === true,
  );
  try {
    return await walkThrough(check, surroundings, progress);
  } catch (error) {
    if (interruption.isWhy(error)) return undefined;
    throw error;
  } finally {
    progress.clear();
  }
}

interface Surroundings {
  readonly options: SimulateOptions;
  readonly outputs: Outputs;
  readonly version: string;
  readonly interruption: Interruption;
  readonly host: Host;
}

async function walkThrough(
  { target, expected, notes }: PlannedCheck,
  { options, outputs, version, interruption, host }: Surroundings,
  progress: ProgressLine,
): Promise<WalksResult> {
  const { spec, kernel, features } = target;
  const { signal } = interruption;
  const prepared = await prepareCheck(target, { buildModel: interruption.building(host.buildModel) });
  const { program } = prepared;
  const properties = prepared.properties.map(({ property }) => property);
  const walks = options.walks ?? (options.timeout === undefined ? defaultWalks : Number.POSITIVE_INFINITY);
  const walked = await simulate(program, properties, {
    seed: options.seed,
    walks,
    depth: options.depth ?? Math.min(maxWalkDepth, spec.search.depth ?? defaultDepth),
    signal,
    sometimes: prepared.sometimes,
    onProgress: progress.walked,
    // If violations are expected, the walks must not stop at the first one.
    stopAtFirstViolation: options.allViolations !== true && (expected === undefined || expected === "holds"),
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout.value }),
  });
  const shortened = await shortenWalks(program, properties, walked.violations, {
    signal,
    onProgress: progress.searched,
    symmetries: prepared.symmetries,
    maxStates: options.maxStates ?? defaultMaxStates,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory.value }),
  });
  const keepTrace = keepTracesIn(options.out, outputs);
  const traces = keepTraces(target, prepared, shortened, { version, keepTrace }).map((trace, position): WalkedTrace => {
    const { walk, shortest } = shortened[position] ?? { walk: undefined, shortest: false };
    return { ...trace, walk, shortest };
  });
  const rangeError = traces.find(({ trace }) => trace.property === rangeProperty.name);
  const violations = traces.filter((trace) => trace !== rangeError);
  const violated = violations.map(({ trace }) => trace.property);
  const findings = { violated, complete: false, rangeError: rangeError !== undefined, missed: false, drifts: [] };
  return {
    ...walked,
    spec: spec.name,
    kernel,
    features: writtenChanges(features),
    verdict: violated.length > 0 ? "violated" : "incomplete",
    expected,
    outcome: outcomeOf(findings, expected),
    seed: options.seed,
    sometimes: prepared.sometimes.map(({ name }, position) => ({ name, walks: at(walked.met, position) })),
    violations,
    rangeError,
    notes,
    reproduce: simulateAgain(spec.file, kernel, options),
  };
}
