/** `exclusive-check coverage <spec>`: which steps of which procedures a scenario reaches, and how often. */

import type { CheckTarget } from "../../check/check-request.ts";
import { timesTaken } from "../../check/coverage.ts";
import { prepareCheck } from "../../check/prepare.ts";
import type { SearchResult } from "../../checker/contract/search-types.ts";
import { search } from "../../checker/search.ts";
import type { Program } from "../../ir/program.ts";
import { jsonText } from "../../reporters/json-text.ts";
import { paragraph } from "../../text/paragraph.ts";
import { grouped } from "../../text/quantities.ts";
import type { CoverageOptions } from "../options/help-options.ts";
import { progressLine } from "../output/progress-line.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { asChoices, oneCheck, titleOf } from "./one-check.ts";
import { tellKernels } from "./tell-kernels.ts";

export interface ReachedStep {
  readonly procedure: string;
  readonly label: string;
  readonly file: string;
  /** How often the search took the step: the number of its moves over all explored states. */
  readonly times: number;
}

export async function coverageCommand(path: string, options: CoverageOptions, host: Host): Promise<ExitCode> {
  const { json, maxStates, ...chosen } = options;
  const check = oneCheck("coverage", path, chosen);
  tellKernels(asChoices(chosen).kernel, host.stderr);
  return whileListening((interruption) => coverageUntil(interruption, check, options, host));
}

async function coverageUntil(
  interruption: Interruption,
  check: CheckTarget,
  { json, maxStates }: Pick<CoverageOptions, "json" | "maxStates">,
  host: Host,
): Promise<ExitCode> {
  const progress = progressLine(host.stderr, `${check.spec.name} on ${check.kernel}`, false);
  try {
    const buildModel = interruption.building(host.buildModel);
    const prepared = await prepareCheck(check, { buildModel });
    const { program, properties, sometimes, symmetries } = prepared;
    const searched = [...properties.map(({ property }) => property), ...sometimes];
    const result = await search(program, searched, {
      symmetries,
      stopWhen: "exhausted",
      signal: interruption.signal,
      onProgress: progress.searched,
      ...(maxStates === undefined ? {} : { maxStates }),
    });
    progress.clear();
    const steps = reachedSteps(program, result);
    host.stdout.write(json === true ? `${jsonText(steps, 2)}\n` : rendered(titleOf(check), steps, result));
    const signal = await interruption.hear();
    if (signal !== undefined) return exitCodes[signal];
    return result.complete ? exitCodes.asExpected : exitCodes.incomplete;
  } catch (error) {
    const signal = interruption.received();
    if (signal !== undefined && interruption.isWhy(error)) return exitCodes[signal];
    throw error;
  } finally {
    progress.clear();
  }
}

/** A procedure is expanded at each of its calls. The copies are counted together. */
function reachedSteps({ locations }: Program, { transitionsOf }: SearchResult): readonly ReachedStep[] {
  const steps = new Map<string, ReachedStep>();
  for (const { id, procedure, label, source, body } of locations) {
    if (body.length === 0) continue;
    const key = JSON.stringify([procedure, label]);
    const times = (steps.get(key)?.times ?? 0) + timesTaken(transitionsOf, id);
    steps.set(key, { procedure, label, file: source.file, times });
  }
  return [...steps.values()];
}

function rendered(title: string, steps: readonly ReachedStep[], { complete, states }: SearchResult): string {
  const procedures = new Map(
    steps.map(({ procedure }) => [procedure, steps.filter((step) => step.procedure === procedure)]),
  );
  const width = Math.max(...steps.map(({ times }) => grouped(times).length));
  const lines = [...procedures].flatMap(([procedure, own]) => [
    "",
    `${procedure} (${own[0]?.file})`,
    ...own.flatMap(({ label, times }) =>
      paragraph(label, " ".repeat(width + 4), `  ${(times === 0 ? "-" : grouped(times)).padStart(width)}  `),
    ),
  ]);
  const missed = steps.filter(({ times }) => times === 0).length;
  const how = complete
    ? `all ${grouped(states)} states were explored`
    : `the search stopped after ${grouped(states)} states`;
  const summary = `${steps.length - missed} of ${steps.length} steps were taken; ${how}.`;
  return [...paragraph(title), ...paragraph(summary), ...lines, ""].join("\n");
}
