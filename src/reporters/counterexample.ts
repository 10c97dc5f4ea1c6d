/** A trace as text: its story, then the steps of each actor with their changes, and at the end what is violated. */
import type { ChalkInstance } from "chalk";
import { paragraph } from "../text/paragraph.ts";
import { findingOf, inOrderOfBlame, reasonsOf, waitsOf } from "../trace/cause-text.ts";
import { isBroken, type Trace, type Violation } from "../trace/format.ts";
import { tellStory } from "../trace/story.ts";
import { type InterleavingOptions, renderInterleaving } from "./interleaving.ts";

export function renderCounterexample(trace: Trace, options: InterleavingOptions): readonly string[] {
  const steps = trace.steps.length === 0 ? [] : ["", ...renderInterleaving(trace, options)];
  return [...paragraph(tellStory(trace).join(" "), "  "), ...steps, "", ...renderViolation(trace, options.colors)];
}

export function renderViolation(trace: Trace, colors: ChalkInstance): readonly string[] {
  const { violation, steps } = trace;
  if (violation.kind === "none") return [];
  const [first = "", ...more] = paragraph(`${whereOf(violation, steps.length)}: ${violation.message}`, "    ", "  ");
  const paint = isBroken(trace) ? colors.red : colors.green;
  return [paint(first), ...more.map((line) => paint(line)), ...explain(trace), ...waiting(trace)];
}

function whereOf({ kind }: Violation, steps: number): string {
  const when =
    steps === 0
      ? "At the start"
      : kind === "deadlock" || kind === "livelock" || kind === "loop" || kind === "state" || kind === "witness"
        ? "Then"
        : `In step ${steps}`;
  return when;
}

function explain(trace: Trace): readonly string[] {
  const { explanation } = trace.violation;
  const reasons = reasonsOf(trace).flatMap((reason) => paragraph(`because ${reason}`, "      ", "    "));
  if (explanation === undefined) return reasons;
  const { text, bindings, values } = explanation;
  const where = bindings.map(({ name, label }) => `${name} = ${label}`).join(", ");
  return [
    ...paragraph(`${findingOf(trace.violation)}: ${text}${where === "" ? "" : `, for ${where}`}`, "      ", "    "),
    ...values.flatMap((shown) => paragraph(`${shown.text} = ${shown.value}`, "        ", "      ")),
    ...reasons,
  ];
}

function waiting(trace: Trace): readonly string[] {
  const { kind, blocked = [] } = trace.violation;
  const does = kind === "livelock" ? "stands" : "waits";
  return inOrderOfBlame(blocked).flatMap((each) => [
    ...paragraph(
      `${each.actor} ${does} in ${each.procedure}: ${each.label} (${each.source.file}) - ${each.note}`,
      "      ",
      "    ",
    ),
    ...waitsOf(trace, each).flatMap((what) => paragraph(`for ${what}`, "        ", "      ")),
  ]);
}
