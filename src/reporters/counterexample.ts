/** A trace as text: its story, then who does what, step by step, and what that changes; at the end what is broken. */
import type { ChalkInstance } from "chalk";
import type { Trace, Violation } from "../trace/format.ts";
import { tellStory } from "../trace/story.ts";
import { type InterleavingOptions, renderInterleaving } from "./interleaving.ts";
import { paragraph } from "./paragraph.ts";

export function renderCounterexample(trace: Trace, options: InterleavingOptions): readonly string[] {
  const steps = trace.steps.length === 0 ? [] : ["", ...renderInterleaving(trace, options)];
  return [...paragraph(tellStory(trace).join(" "), "  "), ...steps, "", ...renderViolation(trace, options.colors)];
}

export function renderViolation({ violation, steps }: Trace, colors: ChalkInstance): readonly string[] {
  if (violation.kind === "none") return [];
  const [first = "", ...more] = paragraph(`${whereOf(violation, steps.length)}: ${violation.message}`, "    ", "  ");
  return [colors.red(first), ...more.map((line) => colors.red(line)), ...explain(violation), ...waiting(violation)];
}

function whereOf({ kind }: Violation, steps: number): string {
  const when =
    steps === 0
      ? "At the start"
      : kind === "deadlock" || kind === "livelock" || kind === "state"
        ? "Then"
        : `In step ${steps}`;
  return when;
}

function explain({ explanation }: Violation): readonly string[] {
  if (explanation === undefined) return [];
  const { text, is, bindings, values } = explanation;
  const where = bindings.map(({ name, label }) => `${name} = ${label}`).join(", ");
  return [
    ...paragraph(
      `${is ? "true, and must not be" : "false"}: ${text}${where === "" ? "" : `, where ${where}`}`,
      "      ",
      "    ",
    ),
    ...values.flatMap((shown) => paragraph(`${shown.text} = ${shown.value}`, "        ", "      ")),
  ];
}

function waiting({ kind, blocked = [] }: Violation): readonly string[] {
  const does = kind === "livelock" ? "stands" : "waits";
  return blocked.flatMap(({ actor, procedure, label, note, source }) =>
    paragraph(`${actor} ${does} in ${procedure}: ${label} (${source.file}) - ${note}`, "      ", "    "),
  );
}
