/**
 * A counterexample as plain sentences: who did what, in which order, and how it ended. The story tells only the steps
 * that matter. If one actor takes many of them in a row, it tells those that concern other actors. Numbers in brackets
 * are steps. The story does not repeat what the property promises (`sentence` of the trace).
 */
import { factsOf, inOrderOfBlame, madeBy, reasonsOf, waitsOf } from "./cause-text.ts";
import { briefChange, compactName, compactSeen } from "./change-text.ts";
import { seenBesideDeed } from "./deed.ts";
import { type Blocked, type Change, type Seen, type Trace, type TraceStep, witnessedBy } from "./format.ts";

/** A reader cannot follow more clauses: for one actor in a row, and in total. */
const mostInARow = 3;
const mostInAll = 14;
/** The greatest weight of a step (weightOf). */
const contact = 3;
const fewRuns = 3;
/** A clause gives no more changes than this; the list of steps has them all. */
const mostChanges = 2;

/** The steps that matter and that one actor took in a row. */
interface Run {
  readonly actor: string;
  readonly operation: string;
  readonly steps: readonly TraceStep[];
}

export function tellStory(trace: Trace): readonly string[] {
  const runs = runsOf(stepsTold(trace));
  const told = chosen(runs, trace);
  return [...runs.map((run, position) => tellRun(run, position, runs, told)), tellEnd(trace), ...tellBystanders(trace)];
}

/** If one actor alone causes the violation, no race explains it; then the story adds the last steps before it. */
function stepsTold({ steps }: Trace): readonly TraceStep[] {
  const needed = steps.filter(({ matters }) => matters);
  const [actor, ...others] = new Set(needed.map((step) => step.actor));
  if (others.length > 0) return needed;
  const before = steps.filter((step) => step.actor === actor && !step.matters).slice(-2);
  return steps.filter((step) => step.matters || before.includes(step));
}

/** The actors of a trace, including those that take no step. */
export function actorsOf({ initial }: Trace): readonly string[] {
  return Object.keys(initial).flatMap((name) => (name.endsWith(".pc") ? [name.slice(0, -".pc".length)] : []));
}

/** The actors whose steps do not matter, and the actors that take no step. */
export function bystandersOf(trace: Trace): { readonly idle: readonly string[]; readonly unneeded: readonly string[] } {
  const moving = new Set(trace.steps.map(({ actor }) => actor));
  const needed = new Set(trace.steps.filter(({ matters }) => matters).map(({ actor }) => actor));
  for (const { actor } of trace.violation.blocked ?? []) needed.add(actor);
  const others = actorsOf(trace).filter((actor) => !needed.has(actor));
  return { idle: others.filter((actor) => !moving.has(actor)), unneeded: others.filter((actor) => moving.has(actor)) };
}

function runsOf(steps: readonly TraceStep[]): readonly Run[] {
  const runs: { actor: string; operation: string; steps: TraceStep[] }[] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last?.actor === step.actor && last.operation === step.operation) last.steps.push(step);
    else runs.push({ actor: step.actor, operation: step.operation, steps: [step] });
  }
  return runs;
}

function tellRun(run: Run, position: number, runs: readonly Run[], told: ReadonlySet<TraceStep>): string {
  const { actor, operation } = run;
  const isSame = (other: Run) => other.actor === actor && other.operation === operation;
  const previous = runs[position - 1];
  const clauses = listed(run.steps.filter((step) => told.has(step)).map(clauseOf));
  if (operation === "") return `${previous === undefined ? "First," : "Then"} ${actor} ${clauses}.`;
  if (runs.slice(0, position).some(isSame)) return `Back in ${operation}, ${actor} ${clauses}.`;
  const interrupts =
    previous !== undefined &&
    previous.actor !== actor &&
    runs.slice(position).some((later) => later.actor === previous.actor && later.operation === previous.operation);
  const when = previous === undefined ? "First," : interrupts ? "Meanwhile," : "Then";
  return `${when} ${actor} (running ${operation}) ${clauses}.`;
}

/**
 * The steps to tell. One of each run: the last one, or an earlier one that concerns other actors more. Then, if there is
 * room, more steps that concern other actors; if there are few runs, any steps that change or find something.
 */
function chosen(runs: readonly Run[], trace: Trace): ReadonlySet<TraceStep> {
  const told = new Set<TraceStep>();
  const weighed = runs.map((run) =>
    run.steps
      .map((step) => ({ run, step, weight: weightOf(step, run, runs, trace) }))
      .toSorted((one, other) => other.weight - one.weight || other.step.n - one.step.n),
  );
  for (const [best] of weighed) if (best !== undefined) told.add(best.step);
  const least = runs.length > fewRuns ? contact : 1;
  const others = weighed.flat().filter(({ step, weight }) => weight >= least && !told.has(step));
  for (const { run, step } of others.toSorted((one, other) => other.weight - one.weight || other.step.n - one.step.n)) {
    if (told.size >= mostInAll) break;
    if (run.steps.filter((one) => told.has(one)).length < mostInARow) told.add(step);
  }
  return told;
}

/** `contact`: leaves a value to other actors, or finds a value that they left; 2: finds another value; 1: changes one. */
function weightOf(step: TraceStep, run: Run, runs: readonly Run[], { steps, initial }: Trace): number {
  const { actor } = run;
  const theirs = new Set(
    runs
      .filter((other) => other.actor !== actor)
      .flatMap((other) => other.steps.flatMap(({ changes }) => changes.filter(isShared)))
      .map(({ variable }) => variable),
  );
  if (step.changes.some(({ variable }) => theirs.has(variable) && !changesAgain(variable, step, steps))) return contact;
  const before = steps.filter(({ n }) => n < step.n);
  const seenBefore = run.steps.filter(({ n }) => n < step.n).flatMap(({ sees }) => sees);
  const isNews = ({ variable, value }: Seen) =>
    initial[variable] !== value && !seenBefore.some((seen) => seen.variable === variable && seen.value === value);
  if (step.sees.some((seen) => isNews(seen) && madeBy(seen, before)?.actor !== actor)) return contact;
  if (step.sees.length > 0) return 2;
  return step.changes.some(({ kind }) => kind === "shared" || kind === "ghost") ? 1 : 0;
}

/** Whether the same actor is the next one to change the variable. */
function changesAgain(variable: string, { n, actor }: TraceStep, all: readonly TraceStep[]): boolean {
  const next = all.find((later) => later.n > n && later.changes.some((change) => change.variable === variable));
  return next?.actor === actor;
}

function clauseOf(step: TraceStep): string {
  const { procedure, choice, n, changes } = step;
  const chose = choice.alternatives.length === 0 ? "" : ` (${choice.alternatives.join(", ")})`;
  const shared = changes.filter(isShared);
  const told = [...shared.map(briefChange), ...seenBesideDeed(step).map(compactSeen)].slice(0, mostChanges);
  const effect = told.length === 0 ? "" : ` (${told.join("; ")})`;
  return `${step.outcome ?? predicateOf(step.note)}${chose} in ${procedure}() [${n}]${effect}`;
}

/** A note as the predicate of a sentence: a leading condition moves to the end, a leading function name is left out. */
function predicateOf(note: string): string {
  const [, condition, rest] = /^((?:under|if) [^:]+): (.+)$/.exec(note) ?? [];
  const [first = ""] = (rest ?? note).replace(/^[a-z]+_[a-z_]*: /, "").split("; ");
  return condition === undefined ? first : `${first}, ${condition},`;
}

function isShared({ kind }: Change): boolean {
  return kind === "shared";
}

/** The sentence of the story that says how the run ends. */
export function tellEnd(trace: Trace): string {
  const { property, violation, steps } = trace;
  const actor = steps.at(-1)?.actor ?? "";
  const reasons = reasonsOf(trace);
  const because = afterColon(reasons);
  const facts = factsOf(trace);
  switch (violation.kind) {
    case "step":
      return `In step ${steps.length}, ${actor} violates ${property}${because}.`;
    case "state":
      return steps.length === 0
        ? `The initial state violates ${property}.`
        : `The state after step ${steps.length} violates ${property}${facts.length === 0 ? because : afterColon(facts)}.`;
    case "assertion":
      return `In step ${steps.length}, ${actor} violates ${property}: ${violation.message}${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}.`;
    case "range":
      return `In step ${steps.length}, a value of the model leaves its range: ${violation.message}.`;
    case "deadlock":
      return `Now no actor can move, which violates ${property}: ${stuck(trace).join("; ")}.`;
    case "witness":
      return steps.length === 0
        ? `The initial state satisfies "${witnessedBy(trace)}".`
        : `The state after step ${steps.length} satisfies "${witnessedBy(trace)}"${because}.`;
    case "none":
      return "No property is violated here.";
    case "livelock":
    case "loop":
      return `This violates ${property}: ${violation.message}.`;
  }
}

function afterColon(reasons: readonly string[]): string {
  return reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
}

/** Who waits where and for what; if no single change would help, which locks the actor holds. */
function stuck(trace: Trace): readonly string[] {
  const end = Object.entries(valuesAtTheEnd(trace));
  return inOrderOfBlame(trace.violation.blocked ?? []).map((blocked: Blocked) => {
    const { actor, procedure, label } = blocked;
    const waits = waitsOf(trace, blocked);
    if (waits.length > 0) return `${actor} waits at ${label} in ${procedure}() for ${waits.join(" or ")}`;
    const held = end.flatMap(([variable, value]) => (value === actor ? [compactName(variable)] : []));
    const holding = held.length === 0 ? "" : `, which holds ${listed(held)},`;
    return `${actor}${holding} is stuck at ${label} in ${procedure}()`;
  });
}

function valuesAtTheEnd({ initial, steps }: Trace): Readonly<Record<string, string>> {
  const values = { ...initial };
  for (const { changes } of steps)
    for (const { variable, kind, new: now } of changes) if (kind === "shared" && now !== null) values[variable] = now;
  return values;
}

function tellBystanders(trace: Trace): readonly string[] {
  const { idle, unneeded } = bystandersOf(trace);
  return [
    ...(unneeded.length === 0 ? [] : [`The steps of ${listed(unneeded)} make no difference.`]),
    ...(idle.length === 0 ? [] : [`${listed(idle)} ${idle.length === 1 ? "takes" : "take"} no step.`]),
  ];
}

function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
