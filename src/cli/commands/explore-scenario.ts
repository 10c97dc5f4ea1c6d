/** `exclusive-check replay <spec>`: an exploration by hand that begins at the start of a scenario. */
import { join } from "node:path";
import { originOf } from "../../check/keep-traces.ts";
import { prepareCheck } from "../../check/prepare.ts";
import { initialState } from "../../ir/interpreter.ts";
import { titleOf } from "../../reporters/title.ts";
import type { Terminal } from "../../terminal/full-screen.ts";
import { printable, printableParts } from "../../text/printable.ts";
import { count } from "../../text/quantities.ts";
import { buildTrace } from "../../trace/build-trace.ts";
import { enabledSteps } from "../../trace/enabled.ts";
import { noProperty, type Trace } from "../../trace/format.ts";
import { violationsAt } from "../../trace/path-end.ts";
import type { Subject } from "../../trace/violation.ts";
import type { ReplayOptions } from "../options/replay-options.ts";
import { colorsFor } from "../output/color-level.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { exploreTrace } from "./explore-trace.ts";
import { asChoices, oneCheck } from "./one-check.ts";
import { tellKernels } from "./tell-kernels.ts";

export interface ScenarioOptions extends ReplayOptions {
  readonly version: string;
  /** Undefined to print the start only. */
  readonly terminal: Terminal | undefined;
}

export async function exploreScenario(path: string, options: ScenarioOptions, host: Host): Promise<ExitCode> {
  const target = oneCheck("replay", path, options);
  tellKernels(asChoices(options).kernel, host.stderr);
  const subject = await prepareCheck(target, host);
  const origin = originOf(target, options.version);
  const trace = buildTrace(subject, { property: propertyAtStart(subject), steps: [] }, origin);
  if (options.terminal === undefined) {
    host.stdout.write(startOf(subject, trace, options.full === true));
    return exitCodes.asExpected;
  }
  const stem = join("out", `${target.spec.name}-${target.kernel}`);
  const colors = colorsFor(host.stdout, options.color, host.env);
  return exploreTrace({ subject, trace, stem, origin }, options.terminal, colors);
}

function propertyAtStart(subject: Subject): string {
  const [violated] = violationsAt(subject, { state: initialState(subject.program), last: undefined });
  return violated?.property ?? noProperty.name;
}

function startOf({ program }: Subject, recorded: Trace, full: boolean): string {
  const { spec, kernel, features, initial, property } = printableParts(recorded);
  const steps = enabledSteps(program, initialState(program));
  const values = Object.entries(initial).map(([name, value]) => `  ${name} = ${value}`);
  const lines = [
    `${titleOf({ spec: spec.name, kernel, features })}: the start`,
    ...(property === noProperty.name ? [] : [`  violates ${property}`]),
    ...(full ? values : []),
    `  ${count(steps.length, "step")} can be taken:`,
    ...steps.map(({ actor, procedure, label, choice: { alternatives } }) => {
      const chosen = alternatives.length === 0 ? "" : ` [${alternatives.join(", ")}]`;
      return printable(`    ${actor} in ${procedure}: ${label}${chosen}`);
    }),
    "  To explore from here, run this command on a terminal.",
  ];
  return lines.map((line) => `${line}\n`).join("");
}
