/** `exclusive-check replay <file>` */
import type { ChalkInstance } from "chalk";
import { prepareInTurns } from "../../check/prepare.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { parseEdit } from "../../edits/parse-edit.ts";
import { type FeatureName, features as knownFeatures } from "../../model/features/catalogue.ts";
import { kernelVersions } from "../../model/versions/rows.ts";
import { renderCounterexample } from "../../reporters/counterexample.ts";
import { renderInterleaving } from "../../reporters/interleaving.ts";
import { pointOf } from "../../reporters/title.ts";
import { parseSpec } from "../../spec/load-spec.ts";
import type { PlacedEdit } from "../../spec/spec.ts";
import type { Terminal } from "../../terminal/full-screen.ts";
import { paragraph } from "../../text/paragraph.ts";
import { printableParts } from "../../text/printable.ts";
import { count } from "../../text/quantities.ts";
import { isBroken, noProperty, type Trace, type TraceStep } from "../../trace/format.ts";
import { readTraceOrScenario } from "../../trace/read-trace.ts";
import { type Divergence, replay } from "../../trace/replay.ts";
import type { Subject } from "../../trace/violation.ts";
import type { ReplayOptions } from "../options/replay-options.ts";
import { colorsFor } from "../output/color-level.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { specPath } from "./find-specs.ts";

export async function replayCommand(
  named: string,
  options: ReplayOptions,
  version: string,
  host: Host,
): Promise<ExitCode> {
  const terminal = terminalFor(options, host);
  const path = specPath(named);
  const trace = readTraceOrScenario(path);
  if (trace === undefined) {
    const { exploreScenario } = await import("./explore-scenario.ts");
    return exploreScenario(path, { ...options, version, terminal }, host);
  }
  rejectChanges(options);
  const subject = await subjectOf(trace, path, host);
  const colors = colorsFor(host.stdout, options.color, host.env);
  if (terminal !== undefined && replay(trace, subject).reproduced) {
    const { exploreTrace } = await import("./explore-trace.ts");
    const stem = path.replace(/(\.trace)?\.json$/, "");
    return exploreTrace({ subject, trace, stem, origin: { ...trace, tool: version } }, terminal, colors);
  }
  const print = (lines: readonly string[]) => host.stdout.write(lines.map((line) => `${line}\n`).join(""));

  const told = printableParts(trace);
  const about = isBroken(told) ? told.property : pointOf(told);
  if (options.quiet !== true) print([`${colors.bold(told.spec.name)} on ${told.kernel}: ${about}`, ""]);
  const steps: TraceStep[] = [];
  const result = replay(trace, subject, (step) => steps.push(step));

  const how = { colors, full: options.full === true };
  if (!result.reproduced) {
    if (options.quiet !== true && steps.length > 0) print(renderInterleaving(printableParts({ ...trace, steps }), how));
    print(renderDivergence(printableParts(result), colors));
    return exitCodes.differs;
  }
  if (options.quiet !== true) print([...renderCounterexample(told, how), ""]);
  const ending = told.property === noProperty.name ? told.violation.message : pointOf(told);
  print([colors.green(`reproduced: ${ending} after ${count(result.steps, "step")}`)]);
  return exitCodes.asExpected;
}

/** A trace answers only the question that it records. */
function rejectChanges({ kernel, with: on = [], without: off = [], edit = [], property = [] }: ReplayOptions): void {
  const asked = { kernel: kernel === undefined ? [] : [kernel], with: on, without: off, edit, property };
  const [option] = Object.entries(asked).find(([, values]) => values.length > 0) ?? [];
  if (option === undefined) return;
  throw usageError(`--${option} is for scenarios; a trace records its own kernel, changes and property`);
}

/** The terminal to explore on; undefined to print all steps. Without an option, this depends on the terminal and CI. */
function terminalFor({ interactive, quiet, full }: ReplayOptions, { terminal, env }: Host): Terminal | undefined {
  if (interactive === false) return undefined;
  const isUsual = quiet !== true && full !== true && (env.CI ?? "") === "" && env.TERM !== "dumb";
  if (interactive !== true && !isUsual) return undefined;
  const found = terminal?.();
  if (found !== undefined || interactive !== true) return found;
  const message = "--interactive needs a terminal for both standard input and standard output";
  throw new UserError([{ code: "cli/usage", message }]);
}

/** Builds the model of a trace again, only from the trace. */
async function subjectOf(trace: Trace, path: string, host: Host): Promise<Subject> {
  const kernel = kernelVersions.find((version) => version === trace.kernel);
  if (kernel === undefined) throw unusable(path, `there is no kernel ${JSON.stringify(trace.kernel)}`);
  const features = {
    with: trace.features.with.map((name) => featureOf(name, path)),
    without: trace.features.without.map((name) => featureOf(name, path)),
    edits: (trace.features.edits ?? []).map((line) => editOf(line, path)),
  };
  const spec = parseSpec(trace.spec.content, `${trace.spec.file} (in ${path})`);
  return prepareInTurns(host, spec, kernel, features);
}

function featureOf(name: string, path: string): FeatureName {
  const found = knownFeatures.find((feature) => feature.name === name);
  if (found === undefined) throw unusable(path, `there is no feature ${JSON.stringify(name)}`);
  return found.name;
}

function editOf(line: string, path: string): PlacedEdit {
  const { edit, problem } = parseEdit(line);
  if (edit === undefined) throw unusable(path, `${problem.message}, in the edit ${JSON.stringify(line)}`);
  return { edit, path: undefined };
}

function unusable(file: string, message: string): UserError {
  const hint = "replay the trace with the version of exclusive-check that wrote it";
  return new UserError([{ code: "trace/unusable-spec", file, message, hint }]);
}

function renderDivergence(
  { step, what, expected, actual, enabled }: Divergence,
  colors: ChalkInstance,
): readonly string[] {
  const where = step === 0 ? "before the first step" : `at step ${step}`;
  return [
    "",
    colors.red(`not reproduced: ${where} the trace differs in ${what}`),
    ...paragraph(`recorded: ${shown(expected)}`, "    ", "  "),
    ...paragraph(`actually: ${shown(actual)}`, "    ", "  "),
    ...(enabled.length === 0 ? ["  no step can be taken there"] : ["  steps that can be taken there:"]),
    ...enabled.map(({ actor, procedure, label, choice }) => {
      const alternatives = choice.alternatives.length === 0 ? "" : ` [${choice.alternatives.join(", ")}]`;
      return `    ${actor} in ${procedure}: ${label}, choice ${choice.number}${alternatives}`;
    }),
  ];
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
}
