/** What came of executing a trace again, in a line or a few. */
import type { ChalkInstance } from "chalk";
import { paragraph } from "../text/paragraph.ts";
import { printableParts } from "../text/printable.ts";
import { count } from "../text/quantities.ts";
import { noProperty, type Trace } from "../trace/format.ts";
import type { Divergence, ReplayResult } from "../trace/replay.ts";
import { pointOf } from "./title.ts";

export function renderReplayed(trace: Trace, result: ReplayResult, colors: ChalkInstance): readonly string[] {
  if (!result.reproduced) return renderDivergence(printableParts(result), colors);
  const told = printableParts(trace);
  const ending = told.property === noProperty.name ? told.violation.message : pointOf(told);
  return [colors.green(`reproduced: ${ending} after ${count(result.steps, "step")}`)];
}

function renderDivergence(
  { step, what, expected, actual, enabled }: Divergence,
  colors: ChalkInstance,
): readonly string[] {
  const where = step === 0 ? "before the first step" : `at step ${step}`;
  return [
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

/** A violation is shown as its sentence. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "message" in value) return String(value.message);
  return JSON.stringify(value);
}
