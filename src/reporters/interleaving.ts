/** The steps of a trace in one column for each actor, each step with its changes. */
import type { ChalkInstance } from "chalk";
import { at } from "../ir/lookup.ts";
import { paragraph } from "../text/paragraph.ts";
import { goalOf } from "../trace/cause-text.ts";
import { compactChange, compactSeen, legendOf } from "../trace/change-text.ts";
import { deedOf, seenBesideDeed } from "../trace/deed.ts";
import { foldSteps, netChanges, type StepGroup as Row } from "../trace/fold.ts";
import type { Change, Trace, TraceStep } from "../trace/format.ts";
import { inLane, type Lanes, lanesOf, laneTitles } from "./lanes.ts";

export interface InterleavingOptions {
  readonly colors: ChalkInstance;
  /** Show every step and every variable, including registers, program counters and ghosts. */
  readonly full: boolean;
}

export function renderInterleaving(trace: Trace, options: InterleavingOptions): readonly string[] {
  const { steps } = trace;
  const actors = [...new Set(steps.map(({ actor }) => actor))];
  const digits = String(steps.length).length;
  const lanes = lanesOf(actors, digits + 6);
  const rows: readonly Row[] = options.full ? steps.map((step) => [step]) : foldSteps(steps);
  const told = rows.flatMap((row) => (row.length > 1 ? netChanges(row) : changesTold(row[0], options.full)));
  // A star means that a violation or a goal needs the step, so on every step it means nothing.
  const starred = trace.steps.some(({ matters }) => !matters);
  const draw = { ...options, lanes, digits, steps, starred };
  return [
    ...laneTitles(lanes).map((line) => options.colors.bold(line)),
    ...rows.flatMap((row, position) => [
      ...(row[0].n === trace.violation.repeats ? [options.colors.bold(loopBegins)] : []),
      ...renderSwitch(row[0], rows[position - 1]?.at(-1), draw),
      ...(row.length > 1 ? renderFolded(row, draw) : renderStep(row[0], rows[position - 1], draw)),
    ]),
    ...(trace.violation.repeats === undefined ? [] : [options.colors.bold(loopEnds(trace.violation.repeats))]),
    ...explainMarks(told, trace).map((line) => options.colors.dim(line)),
  ];
}

const loopBegins = "  ===== for ever:";

function loopEnds(first: number): string {
  return `  ===== repeats from step ${first}`;
}

/** Explains the stars, letters and names of ghosts that appear. */
function explainMarks(told: readonly Change[], trace: Trace): readonly string[] {
  const ghosts = told
    .filter(({ kind, meaning }) => kind === "ghost" && meaning === undefined)
    .map(({ variable }) => variable.replace(/\[.*$/, ""));
  const marks = [
    ...(trace.steps.every(({ matters }) => matters) ? [] : [`* needed for ${goalOf(trace)}`]),
    ...legendOf([...told, ...trace.steps.flatMap(({ sees }) => sees)]),
    ...(ghosts.length === 0 ? [] : [`${[...new Set(ghosts)].join(", ")}: the checker's own notes`]),
  ];
  return marks.length === 0 ? [] : ["", ...paragraph(marks.join("; "), "    ", "  ")];
}

interface Drawing extends InterleavingOptions {
  readonly lanes: Lanes;
  /** Of the largest step number. */
  readonly digits: number;
  /** Whether the steps that matter have a star. */
  readonly starred: boolean;
  readonly steps: readonly TraceStep[];
}

/** A line up to the column of the next actor, with the actor's operation. */
function renderSwitch(step: TraceStep, previous: TraceStep | undefined, draw: Drawing): readonly string[] {
  const { actor, operation } = step;
  if (previous?.actor === actor && previous.operation === operation) return [];
  const text = operation === "" ? actor : `${actor}: ${operation}`;
  const start = at(draw.lanes.starts, draw.lanes.actors.indexOf(actor));
  const rule = previous?.actor === actor ? "" : `  ${"-".repeat(start - 3)} `;
  return inLane(draw.lanes, actor, text, { head: rule }).map((line) => draw.colors.bold(line));
}

function renderStep(step: TraceStep, before: Row | undefined, draw: Drawing): readonly string[] {
  const { actor, procedure, label, choice, matters } = step;
  const { colors, full, lanes } = draw;
  const depth = Math.max(0, step.stack.length - 2);
  const previous = before?.length === 1 ? before[0] : undefined;
  const isIn =
    previous?.actor === actor && previous.procedure === procedure && previous.stack.length === step.stack.length;
  const chosen = choice.alternatives.length === 0 ? "" : ` [${choice.alternatives.join(", ")}]`;
  const alive = aliveAt(step, draw);
  const head = `  ${matters && draw.starred ? "*" : " "} ${String(step.n).padStart(draw.digits)}`;
  const paint = matters ? colors : colors.dim;
  const place = isIn ? `${label}${chosen}` : `${procedure}: ${label}${chosen}`;
  const title = inLane(lanes, actor, place, { head, indent: depth + (isIn ? 1 : 0), alive });
  const about = inLane(lanes, actor, `(${deedOf(step)})`, { indent: depth + 3, alive });
  return [
    ...title.map((line) => (matters ? colors.cyan(line) : colors.dim(line))),
    ...(full || matters ? about.map((line) => colors.dim(line)) : []),
    ...(full ? step.sees : matters ? seenBesideDeed(step) : []).flatMap((seen) =>
      inLane(lanes, actor, compactSeen(seen), { indent: depth + 3, alive }).map((line) => paint(line)),
    ),
    ...changesTold(step, full).flatMap((change) =>
      inLane(lanes, actor, compactChange(change), { indent: depth + 3, alive }).map((line) =>
        change.kind === "shared" ? paint(line) : colors.dim(line),
      ),
    ),
  ];
}

function renderFolded(row: Row, draw: Drawing): readonly string[] {
  const { colors, lanes, digits } = draw;
  const [first] = row;
  const last = row.at(-1) ?? first;
  const alive = aliveAt(last, draw);
  const head = "..".padStart(digits + 4);
  const text = `${row.length} steps (${first.n}-${last.n}), to ${last.procedure}`;
  const lines = [
    ...inLane(lanes, first.actor, text, { head, alive }),
    ...netChanges(row).flatMap((change) => inLane(lanes, first.actor, compactChange(change), { indent: 2, alive })),
  ];
  return lines.map((line) => colors.dim(line));
}

/**
 * The changes to show. Ghosts are variables of the properties; they are shown if they concern another actor, or if the
 * step changes nothing else.
 */
function changesTold(step: TraceStep, full: boolean): readonly Change[] {
  if (full) return step.changes;
  const shared = step.changes.filter(({ kind }) => kind === "shared");
  if (!step.matters) return shared;
  const ghosts = step.changes.filter(({ kind }) => kind === "ghost");
  return [...shared, ...ghosts.filter(({ variable }) => shared.length === 0 || !variable.includes(`[${step.actor}]`))];
}

/** The actors that have begun and will take another step. */
function aliveAt(step: TraceStep, { steps }: Drawing): ReadonlySet<string> {
  const begun = new Set(steps.filter(({ n }) => n <= step.n).map(({ actor }) => actor));
  const toCome = new Set(steps.filter(({ n }) => n > step.n).map(({ actor }) => actor));
  return new Set([...begun].filter((actor) => toCome.has(actor)));
}
