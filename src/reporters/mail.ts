/**
 * A counterexample in the form in which kernel commit messages draw a race: a column for each actor with the functions
 * and their steps, each followed by its changes as a comment. It shows only steps that the violation needs. It fits the width of a
 * plain-text mail and one screen; if there is more, the least important parts are left out.
 */

import { printableParts } from "../text/printable.ts";
import { reasonsOf } from "../trace/cause-text.ts";
import { briefChange, compactSeen, legendOf } from "../trace/change-text.ts";
import type { Trace, TraceStep } from "../trace/format.ts";
import { paragraph } from "./paragraph.ts";
import type { ReporterEntry } from "./reporter.ts";
import { traceTitle } from "./title.ts";

export const mailReporter: ReporterEntry = {
  name: "mail",
  sentence: "Each counterexample side by side as in a kernel commit message, for a plain-text mail.",
  kind: { what: "a mail of exclusive-check", begins: /^exclusive-check: / },
  besideTraces: { extension: ".txt", render: (trace) => `${mailText(trace).join("\n")}\n` },
};

const width = 72;
const mostLines = 40;
/** The minimal distance of columns. The text of an actor may extend below the columns to its right. */
const leastBetween = 6;
/** The width that the widest lines of a column need, without the indentation. */
const widest = 46;
/** Of one step, at most this many changes are shown. One is not enough: zapping clears an entry and drops a reference. */
const mostNotes = 2;
/** What the actors run is left out if it takes more lines. */
const mostOperationLines = 3;

export function mailText(recorded: Trace): readonly string[] {
  const trace = printableParts(recorded);
  const head = [
    ...paragraph(`exclusive-check: ${traceTitle(trace)}`, "  ", "", width),
    "",
    ...paragraph(trace.sentence, "", "", width),
    "",
  ];
  const end = ["", ...endOf(trace)];
  const steps = trace.steps.filter(({ matters, n }) => matters || n === trace.steps.length);
  const operations = operationsOf(steps);
  if (operations.length <= mostOperationLines) head.push(...operations, "");
  const room = mostLines - head.length - end.length - 2;
  // First the second changes are left out, then the details of the earliest steps, then the earliest steps themselves.
  const whole = columns(steps, steps.length, mostNotes);
  if (whole.length <= room + 2) return [...head, ...whole, ...end];
  for (let detail = steps.length; detail >= 0; detail--) {
    const lines = columns(steps, detail, 1);
    if (lines.length <= room + 2) return [...head, ...lines, ...end];
  }
  for (let from = 1; from < steps.length; from++) {
    const lines = columns(steps.slice(from), 0, 0);
    if (lines.length < room + 2)
      return [...head, ...lines.slice(0, 2), `[${from} earlier steps]`, ...lines.slice(2), ...end];
  }
  return [...head, ...end];
}

/** `faulter: load buf[0]; zapper: madvise_dontneed buf[0]` */
function operationsOf(steps: readonly TraceStep[]): readonly string[] {
  const actors = [...new Set(steps.map(({ actor }) => actor))];
  const run = (actor: string): string =>
    [...new Set(steps.filter((step) => step.actor === actor).map(({ operation }) => operation))].join(", ");
  return paragraph(actors.map((actor) => `${actor}: ${run(actor)}`).join("; "), "", "", width);
}

/** Titles and steps. `detail`: only this many last steps are shown with what they change or see, in `most` lines each. */
function columns(steps: readonly TraceStep[], detail: number, most: number): readonly string[] {
  const actors = [...new Set(steps.map(({ actor }) => actor))];
  const between = Math.max(leastBetween, Math.floor((width - widest) / Math.max(1, actors.length - 1)));
  const starts = new Map(actors.map((actor, position) => [actor, position * between]));
  const lines = titles(actors, between);
  const within = new Map<string, string>();
  const detailed = steps.slice(steps.length - detail);
  for (const [position, step] of steps.entries()) {
    const start = starts.get(step.actor) ?? 0;
    if (within.get(step.actor) !== step.procedure) lines.push(`${" ".repeat(start)}${step.procedure}()`);
    within.set(step.actor, step.procedure);
    lines.push(...stepLines(step, start + 2, position >= steps.length - detail ? notesOf(step, most) : []));
  }
  const legend = legendFor(detailed, most);
  return legend === "" ? lines : [...lines, "", ...paragraph(legend, "", "", width)];
}

function notesOf({ changes, sees }: TraceStep, most: number): readonly string[] {
  const shared = changes.filter(({ kind }) => kind === "shared");
  return [...shared.map(briefChange), ...sees.map(compactSeen)].slice(0, most);
}

/** Explains the letters in the notes of these steps. */
function legendFor(steps: readonly TraceStep[], most: number): string {
  const words = new Set(steps.flatMap((step) => notesOf(step, most)).flatMap((note) => note.split(" ")));
  const meanings = legendOf(
    steps.flatMap(({ changes, sees }) => [...changes, ...sees.map(({ value }) => ({ old: null, new: value }))]),
  );
  return meanings.filter((meaning) => words.has(meaning.split(" ")[0] ?? "")).join("; ");
}

function titles(actors: readonly string[], between: number): string[] {
  const fits = actors.every((actor, position) => position === actors.length - 1 || actor.length < between);
  const shown = fits ? actors : actors.map((_, position) => String.fromCharCode(65 + position));
  const line = (of: readonly string[]): string =>
    of.map((text, position) => (position === of.length - 1 ? text : text.padEnd(between))).join("");
  const names = fits ? [] : [shown.map((letter, position) => `${letter} ${actors[position]}`).join(", ")];
  return [...names, line(shown), line(shown.map((text) => "-".repeat(text.length)))];
}

function stepLines({ label, choice }: TraceStep, start: number, notes: readonly string[]): readonly string[] {
  const margin = " ".repeat(start);
  const chosen = choice.alternatives.length === 0 ? "" : ` (${choice.alternatives.join(", ")})`;
  const line = `${margin}${label}${chosen}`;
  const comments = notes.map((note) => `// ${note}`);
  const longest = Math.max(0, ...comments.map(({ length }) => length));
  const fits = line.length + 2 + longest <= width;
  const before = " ".repeat(fits ? line.length + 2 : Math.max(0, Math.min(start + 2, width - longest)));
  const below = comments.flatMap((comment) => paragraph(comment, `${before}//   `, before, width));
  const [first] = below;
  if (fits && first !== undefined) return [`${line}${first.slice(line.length)}`, ...below.slice(1)];
  return [...paragraph(line.trim(), `${margin}  `, margin, width), ...below];
}

/** Why the last step violates the property, in two lines or so. */
function endOf(trace: Trace): readonly string[] {
  const { violation, steps } = trace;
  const last = steps.at(-1);
  const where = last === undefined ? "At the start" : `${last.actor}, ${last.procedure}()`;
  const reasons = reasonsOf(trace).map((reason) => reason.replace(/ \[\d+\]/g, ""));
  const because = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  return paragraph(`${where}: ${violation.message}${because}`, "", "", width);
}
