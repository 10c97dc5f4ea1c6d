/**
 * A trace as a Mermaid sequence diagram: a lifeline for each actor, an arrow for each step with what it changed beside it,
 * bars for the procedures that the actor is in, and an arrow to another actor where a step changed what belongs to that.
 */
import { wellFormed } from "../text/well-formed.ts";
import type { Change, Trace, TraceStep } from "../trace/format.ts";
import { paragraph } from "./paragraph.ts";
import type { ReporterEntry } from "./reporter.ts";
import { titleOf } from "./title.ts";

export const mermaidReporter: ReporterEntry = {
  name: "mermaid",
  sentence: "Each counterexample as a Mermaid sequence diagram.",
  besideTraces: { extension: ".mmd", render: mermaidText },
};

/** Mermaid draws no text that is longer, if nobody configures it otherwise. */
const mostCharacters = 50_000;

export function mermaidText(trace: Trace): string {
  const { length } = trace.steps;
  const whole = diagram(trace, { from: 0, tellsChanges: true });
  if (whole.length <= mostCharacters) return whole;
  // The end is what a counterexample is about.
  let from = 0;
  for (let text = ""; from < length; from += Math.ceil(length / 20)) {
    text = diagram(trace, { from, tellsChanges: from > 0 });
    if (text.length <= mostCharacters) return text;
  }
  return diagram(trace, { from: length, tellsChanges: false });
}

interface Detail {
  /** So many steps are left out. */
  readonly from: number;
  readonly tellsChanges: boolean;
}

interface Lifelines {
  readonly first: string;
  readonly last: string;
  readonly idOf: (actor: string) => string;
}

function diagram(trace: Trace, { from, tellsChanges }: Detail): string {
  const names = [...new Set([...trace.steps, ...(trace.violation.blocked ?? [])].map(({ actor }) => actor))];
  if (names.length === 0) names.push("nobody");
  const ids = new Map(names.map((name, position) => [name, `a${position}`]));
  const lifelines: Lifelines = {
    first: "a0",
    last: `a${names.length - 1}`,
    idOf: (actor) => ids.get(actor) ?? "a0",
  };
  const spec = { spec: trace.spec.name, kernel: trace.kernel, features: trace.features };
  const lines = [
    `title ${escaped(`${titleOf(spec)}: ${trace.property} is violated`)}`,
    ...names.map((name) => `participant ${lifelines.idOf(name)} as ${escaped(name)}`),
    noteOverAll(lifelines, [`${trace.property}: ${trace.sentence}`]),
    ...(from === 0 ? [] : [noteOverAll(lifelines, [`steps 1 to ${from} are left out`])]),
    ...trace.steps.slice(from).flatMap(stepRenderer(ids, tellsChanges)),
    "rect rgba(220, 40, 40, 0.15)",
    noteOverAll(lifelines, endOf(trace)),
    "end",
  ];
  return `sequenceDiagram\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

function stepRenderer(ids: ReadonlyMap<string, string>, tellsChanges: boolean): (step: TraceStep) => readonly string[] {
  const depths = new Map<string, number>();
  return (step) => {
    const id = ids.get(step.actor) ?? "a0";
    const { n, procedure, label, choice, note, changes, stack } = step;
    const chosen = choice.alternatives.length === 0 ? "" : ` [${choice.alternatives.join(", ")}]`;
    const told = changes.filter(({ kind }) => kind === "shared" || kind === "ghost");
    // The outermost procedure is the actor's whole program.
    const calls = Math.max(0, stack.length - 1);
    const bars = calls - (depths.get(step.actor) ?? 0);
    depths.set(step.actor, calls);
    const own = told.filter((change) => ownerOf(change, ids, step.actor) === undefined);
    return [
      ...Array.from({ length: Math.abs(bars) }, () => `${bars > 0 ? "activate" : "deactivate"} ${id}`),
      `${id}->>${id}: ${[`${n} ${procedure}: ${label}${chosen}`, ...paragraph(note)].map(escaped).join("<br/>")}`,
      ...(tellsChanges && own.length > 0 ? [`Note right of ${id}: ${own.map(changed).join("<br/>")}`] : []),
      ...(tellsChanges ? told : []).flatMap((change) => {
        const owner = ownerOf(change, ids, step.actor);
        return owner === undefined ? [] : [`${id}-)${owner}: ${changed(change)}`];
      }),
    ];
  };
}

/** Whose variable it is, where that is another actor's: `named.stale[faulter]`. */
function ownerOf({ variable }: Change, ids: ReadonlyMap<string, string>, actor: string): string | undefined {
  const owners = [...ids].filter(([name]) => variable.includes(`[${name}]`));
  return owners.some(([name]) => name === actor) ? undefined : owners[0]?.[1];
}

function changed({ variable, old, new: now }: Change): string {
  return `${escaped(`${variable}: ${old ?? ""}`)} → ${escaped(now ?? "")}`;
}

function endOf({ violation, steps }: Trace): readonly string[] {
  const { message, explanation, blocked = [], kind } = violation;
  const when =
    steps.length === 0 ? "At the start" : kind === "step" || kind === "assertion" ? `In step ${steps.length}` : "Then";
  return [
    `${when}: ${message}`,
    ...(explanation === undefined
      ? []
      : [
          `${explanation.is ? "true, and must not be" : "false"}: ${explanation.text}`,
          ...explanation.bindings.map(({ name, label }) => `where ${name} = ${label}`),
          ...explanation.values.map(({ text, value }) => `${text} = ${value}`),
        ]),
    ...blocked.map(
      ({ actor, procedure, label, note }) =>
        `${actor} ${kind === "livelock" ? "stands" : "waits"} in ${procedure}: ${label} - ${note}`,
    ),
  ];
}

function noteOverAll({ first, last }: Lifelines, texts: readonly string[]): string {
  const lines = texts.flatMap((text) => paragraph(text)).map(escaped);
  return `Note over ${first === last ? first : `${first},${last}`}: ${lines.join("<br/>")}`;
}

/**
 * Everything but letters, digits and some harmless characters goes by Mermaid's entity codes: nothing of it can end a
 * statement, begin another one, or be taken for markup. What neither XML nor a line of text can hold becomes a blank.
 */
function escaped(text: string): string {
  const visible = wellFormed(text).replace(/[\p{Cc}\u2028\u2029\ufffe\uffff]+/gu, " ");
  // Mermaid knows no empty text.
  if (visible.trim() === "") return "#160;";
  // At the beginning of a text this would be an instruction.
  const others = /^\s*(no)?wrap:/i.test(visible)
    ? /[^A-Za-z0-9 _.,()[\]/=!?*+'-]/gu
    : /[^A-Za-z0-9 _.,()[\]:/=!?*+'-]/gu;
  return visible.replace(others, (character) => `#${character.codePointAt(0)};`);
}
