/** `exclusive-check replay <file>` */
import { subjectOfTrace } from "../../check/subject-of-trace.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { renderCounterexample } from "../../reporters/counterexample.ts";
import { renderInterleaving } from "../../reporters/interleaving.ts";
import { renderReplayed } from "../../reporters/replayed.ts";
import { pointOf } from "../../reporters/title.ts";
import type { Terminal } from "../../terminal/full-screen.ts";
import { printableParts } from "../../text/printable.ts";
import { isBroken, type TraceStep } from "../../trace/format.ts";
import { readTraceOrScenario } from "../../trace/read-trace.ts";
import { replay } from "../../trace/replay.ts";
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
  const subject = await subjectOfTrace(trace, path, host);
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
    if (options.quiet !== true && steps.length > 0)
      print([...renderInterleaving(printableParts({ ...trace, steps }), how), ""]);
    print(renderReplayed(trace, result, colors));
    return exitCodes.differs;
  }
  if (options.quiet !== true) print([...renderCounterexample(told, how), ""]);
  print(renderReplayed(trace, result, colors));
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
