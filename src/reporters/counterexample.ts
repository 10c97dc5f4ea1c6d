/** A trace as text: who does what, step by step, and what that changes; at the end what is broken. */
import type { ChalkInstance } from "chalk";
import type { Change, Trace, TraceStep, Violation } from "../trace/format.ts";
import { paragraph } from "./paragraph.ts";

export function renderCounterexample(trace: Trace, colors: ChalkInstance): readonly string[] {
  const steps = trace.steps.flatMap((step, position) => [
    ...renderSwitch(step, trace.steps[position - 1], colors),
    ...renderStep(step, colors),
  ]);
  return [...steps, ...renderViolation(trace, colors)];
}

/** Names the actor where it is another than before. */
export function renderSwitch(
  step: TraceStep,
  previous: TraceStep | undefined,
  colors: ChalkInstance,
): readonly string[] {
  return previous?.actor === step.actor ? [] : [`    ${colors.bold(`-- ${step.actor}`)}`];
}

export function renderStep(step: TraceStep, colors: ChalkInstance): readonly string[] {
  const chosen = step.choice.alternatives.length === 0 ? "" : ` [${step.choice.alternatives.join(", ")}]`;
  const number = `${String(step.n).padStart(6)}  `;
  const text = `${step.procedure}: ${step.label}${chosen} - ${step.note}`;
  const [first = "", ...more] = paragraph(text, " ".repeat(12), number);
  return [
    colors.dim(number) + colors.cyan(first.slice(number.length)),
    ...more.map((line) => colors.cyan(line)),
    ...step.changes.filter(isTold).map((change) => renderChange(change, colors)),
  ];
}

/** Where an actor rests and what its registers hold is its own affair; the trace file has it. */
function isTold({ kind }: Change): boolean {
  return kind === "shared" || kind === "ghost";
}

function renderChange(change: Change, colors: ChalkInstance): string {
  const { variable, old, new: now, kind } = change;
  const text = `${variable}: ${old ?? ""} -> ${now ?? ""}`;
  return `            ${kind === "ghost" ? colors.dim(text) : text}`;
}

export function renderViolation({ violation, steps }: Trace, colors: ChalkInstance): readonly string[] {
  if (violation.kind === "none") return [];
  const [first = "", ...more] = paragraph(`${whereOf(violation, steps.length)}: ${violation.message}`, "    ");
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
    ),
    ...values.flatMap((shown) => paragraph(`${shown.text} = ${shown.value}`, "          ", "        ")),
  ];
}

function waiting({ kind, blocked = [] }: Violation): readonly string[] {
  const does = kind === "livelock" ? "stands" : "waits";
  return blocked.flatMap(({ actor, procedure, label, note, source }) =>
    paragraph(`${actor} ${does} in ${procedure}: ${label} (${source.file}) - ${note}`, "        ", "      "),
  );
}
