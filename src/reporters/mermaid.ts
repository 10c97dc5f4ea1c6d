/**
 * A trace as a Mermaid sequence diagram. Each actor has a lifeline with a box for each step and its changes. An arrow
 * to another actor means that the step changed a variable of that actor. Steps that do not matter are only counted.
 */

import { paragraph } from "../text/paragraph.ts";
import { findingOf, inOrderOfBlame, reasonsOf, waitsOf } from "../trace/cause-text.ts";
import { compactChange, compactSeen, legendOfSteps } from "../trace/change-text.ts";
import { deedOf, seenBesideDeed } from "../trace/deed.ts";
import type { Change, Trace, TraceStep } from "../trace/format.ts";
import { promiseOf } from "../trace/promise.ts";
import { escaped } from "./mermaid-text.ts";
import type { ReporterEntry } from "./reporter.ts";
import { groupsOf } from "./step-groups.ts";
import { traceTitle } from "./title.ts";

export const mermaidReporter: ReporterEntry = {
  name: "mermaid",
  sentence: "Each counterexample as a Mermaid sequence diagram.",
  kind: { what: "a diagram of exclusive-check", begins: /^%%\{init: .*\}%%\nsequenceDiagram\n\s+accTitle: / },
  besideTraces: { extension: ".mmd", render: mermaidText },
};

/** With its default configuration, Mermaid draws no longer text. */
const mostCharacters = 50_000;
/** In characters. The width of a box over several lifelines depends on their distance, not on its text. */
const [boxWidth, wideBoxWidth] = [60, 48];

/** Texts are aligned to the left of their boxes. */
const settings = '%%{init: {"sequence": {"noteAlign": "left", "noteMargin": 12}}}%%';

export function mermaidText(trace: Trace): string {
  const { length } = trace.steps;
  // The end of a counterexample is its most important part.
  for (let from = 0; from < length; from += Math.ceil(length / 20)) {
    const text = diagram(trace, from);
    if (text.length <= mostCharacters) return text;
  }
  return diagram(trace, length);
}

interface Lifelines {
  readonly all: string;
  readonly idOf: (actor: string) => string;
  readonly actors: readonly string[];
}

/** `from`: this many first steps are left out. */
function diagram(trace: Trace, from: number): string {
  const lifelines = lifelinesOf(trace);
  const lines = [
    `accTitle: ${escaped(traceTitle(trace))}`,
    ...lifelines.actors.map((name) => `participant ${lifelines.idOf(name)} as ${escaped(name)}`),
    wideBox(lifelines, [traceTitle(trace), promiseOf(trace)]),
    ...(from === 0 ? [] : [wideBox(lifelines, [`steps 1 to ${from} are left out`])]),
    ...stepLines(trace, from, lifelines),
    "rect rgba(220, 40, 40, 0.15)",
    wideBox(lifelines, [...endOf(trace), ...legendLines(trace.steps.slice(from))]),
    "end",
  ];
  return `${settings}\nsequenceDiagram\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

/** The steps of a loop are in a box of their own. */
function stepLines({ steps, violation: { repeats } }: Trace, from: number, lifelines: Lifelines): readonly string[] {
  const render = (some: readonly TraceStep[]) => groupsOf(some).flatMap((group) => renderGroup(group, lifelines));
  if (repeats === undefined || from >= steps.length) return render(steps.slice(from));
  const before = Math.max(from, repeats - 1);
  return [...render(steps.slice(from, before)), "loop for ever", ...render(steps.slice(before)), "end"];
}

function lifelinesOf({ steps, violation }: Trace): Lifelines {
  const actors = [...new Set([...steps, ...(violation.blocked ?? [])].map(({ actor }) => actor))];
  if (actors.length === 0) actors.push("no actor");
  const ids = new Map(actors.map((name, position) => [name, `a${position}`]));
  return {
    all: actors.length === 1 ? "a0" : `a0,a${actors.length - 1}`,
    idOf: (actor) => ids.get(actor) ?? "a0",
    actors,
  };
}

function renderGroup(steps: readonly TraceStep[], lifelines: Lifelines): readonly string[] {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return [];
  const id = lifelines.idOf(first.actor);
  if (first.matters) return renderStep(first, id, lifelines);
  return [
    box(id, [first === last ? `step ${first.n} does not matter` : `steps ${first.n} to ${last.n} do not matter`]),
  ];
}

function renderStep(step: TraceStep, id: string, { actors, idOf }: Lifelines): readonly string[] {
  const { n, actor, procedure, label, choice, changes } = step;
  const chosen = choice.alternatives.length === 0 ? "" : ` [${choice.alternatives.join(", ")}]`;
  const told = changes
    .filter(({ kind }) => kind === "shared" || kind === "ghost")
    .map((change) => ({ text: compactChange(change).replace(" -> ", " → "), owner: ownerOf(change, actors, actor) }));
  const own = told.flatMap(({ text, owner }) => (owner === undefined ? [`\u00a0\u00a0${text}`] : []));
  const boxed = [`${n} ${procedure}: ${label}${chosen}`, deedOf(step)].flatMap((text) =>
    paragraph(text, "", "", boxWidth),
  );
  return [
    box(id, [...boxed, ...seenBesideDeed(step).map((seen) => `\u00a0\u00a0${compactSeen(seen)}`), ...own]),
    ...told.flatMap(({ text, owner }) => (owner === undefined ? [] : [`${id}-)${idOf(owner)}: ${escaped(text)}`])),
  ];
}

function legendLines(steps: readonly TraceStep[]): readonly string[] {
  const legend = legendOfSteps(steps);
  return legend.length === 0 ? [] : [legend.join("; ")];
}

/** The owner of a variable, if it is another actor: `named.stale[faulter]`. */
function ownerOf({ variable }: Change, actors: readonly string[], actor: string): string | undefined {
  const owners = actors.filter((name) => variable.includes(`[${name}]`));
  return owners.includes(actor) ? undefined : owners[0];
}

function endOf(trace: Trace): readonly string[] {
  const { violation, steps } = trace;
  const { message, explanation, blocked = [], kind } = violation;
  const isOfLastStep = kind === "step" || kind === "assertion" || kind === "range";
  const when = steps.length === 0 ? "At the start" : isOfLastStep ? `In step ${steps.length}` : "Then";
  return [
    `${when}: ${message}`,
    ...(explanation === undefined
      ? []
      : [
          `${findingOf(violation)}: ${explanation.text}`,
          ...explanation.bindings.map(({ name, label }) => `for ${name} = ${label}`),
          ...explanation.values.map(({ text, value }) => `${text} = ${value}`),
        ]),
    ...reasonsOf(trace).map((reason) => `because ${reason}`),
    ...inOrderOfBlame(blocked).flatMap((each) => [
      `${each.actor} ${kind === "livelock" ? "stands" : "waits"} in ${each.procedure}: ${each.label} - ${each.note}`,
      ...waitsOf(trace, each).map((what) => `for ${what}`),
    ]),
  ];
}

function wideBox({ all }: Lifelines, texts: readonly string[]): string {
  return box(
    all,
    texts.flatMap((text) => paragraph(text, "", "", wideBoxWidth)),
  );
}

function box(over: string, lines: readonly string[]): string {
  return `Note over ${over}: ${lines.map((line) => escaped(line + slackFor(line))).join("<br/>")}`;
}

/**
 * Mermaid measures texts in a smaller font than it draws them in, so a text needs extra space that it does not trim.
 */
function slackFor(line: string): string {
  return `${"\u00a0".repeat(Math.ceil(line.length / 4))}\u200b`;
}
