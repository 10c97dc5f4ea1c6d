/** Runs one operation of one actor from a state at rest to its end, in every way that the model allows. */
import type { State } from "../../src/ir/evaluate.ts";
import { executeStep, type SaidValue } from "../../src/ir/interpreter.ts";
import { at } from "../../src/ir/lookup.ts";
import type { Location, Program } from "../../src/ir/program.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import type { Machine } from "../../src/model/machine/machine.ts";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import { type EndingRow, endingRows, type ModelEnding } from "./endings.ts";
import { keyOf } from "./rest-states.ts";

/** A program in which one actor runs one operation. */
export interface OperationProgram {
  readonly program: Program;
  /** The program's first state. */
  readonly initial: State;
  readonly machine: Machine;
  readonly operation: OperationName;
  readonly actor: number;
  /** The thread that answers userfaultfd's faults of the actor, and what it can do: resolve the address of that number. */
  readonly handler: { readonly actor: number; readonly resolves: readonly number[] } | undefined;
}

export interface Ended {
  readonly state: State;
  readonly ending: ModelEnding;
  /** What the model asserts and what was false. A kernel with debugging options writes it to its log. */
  readonly complaints: readonly string[];
}

/** A state under way, and what has been heard so far. */
interface UnderWay {
  readonly state: State;
  readonly ending: ModelEnding | undefined;
  readonly complaints: readonly string[];
}

/** `values`: the values of the machine's variables at the start; `waits`: where the actor's fault waits in a state. */
export function runOperation(
  of: OperationProgram,
  values: State,
  waitsAt: (state: State) => number | undefined,
): readonly Ended[] {
  const { program, initial, actor, handler } = of;
  const ends: Ended[] = [];
  const start = initial.slice();
  start.set(values);
  const met = new Set<string>();
  const pending: UnderWay[] = [{ state: start, ending: undefined, complaints: [] }];
  for (let now = pending.pop(); now !== undefined; now = pending.pop()) {
    const places = restingPlaces(program, now.state);
    const own = at(places, actor);
    const answering = handler === undefined ? undefined : at(places, handler.actor);
    if (answering !== undefined && !isIdle(answering)) {
      pending.push(...unmet(met, successors(of, now, answering)));
      continue;
    }
    if (own.body.length === 0) {
      ends.push({ ...now, ending: now.ending ?? { kind: "done" } });
      continue;
    }
    const next = successors(of, now, own);
    if (next.length > 0) {
      pending.push(...unmet(met, next));
      continue;
    }
    const va = waitsAt(now.state);
    const choice = handler === undefined || va === undefined ? -1 : handler.resolves.indexOf(va);
    const woken = answering === undefined || choice < 0 ? undefined : take(of, now, answering, choice);
    if (woken !== undefined) pending.push(woken.to);
    else ends.push({ ...now, ending: { kind: "waits", at: `${own.procedure}, step "${own.label}"` } });
  }
  return ends;
}

/** The handler waits for the next fault. */
function isIdle({ label, body }: Location): boolean {
  return body.length === 0 || label.startsWith("next operation");
}

/** Runs that meet again go on once. */
function unmet(met: Set<string>, next: readonly UnderWay[]): readonly UnderWay[] {
  // A single successor needs no memory: every circle has a state with a choice.
  if (next.length === 1) return next;
  return next.filter(({ state, ending, complaints }) => {
    const key = `${keyOf(state)} ${JSON.stringify([ending, complaints])}`;
    return !met.has(key) && met.add(key);
  });
}

function successors(of: OperationProgram, now: UnderWay, place: Location): readonly UnderWay[] {
  if (place.choices === 1) {
    const taken = take(of, now, place, 0);
    return taken === undefined ? [] : [taken.to];
  }
  const next = new Map<string, UnderWay>();
  for (let choice = 0; choice < place.choices; choice++) {
    const taken = take(of, now, place, choice);
    if (taken !== undefined && !next.has(taken.chosen)) next.set(taken.chosen, taken.to);
  }
  return [...next.values()];
}

/**
 * Takes one step; undefined if it is not enabled. `chosen` names the alternatives that were taken. Free pages are alike,
 * and so are free slots: which of them is taken makes no difference that can be seen.
 */
function take(
  { program, machine, operation }: OperationProgram,
  now: UnderWay,
  place: Location,
  choice: number,
): { readonly to: UnderWay; readonly chosen: string } | undefined {
  const chosen: string[] = [];
  const said: string[] = [];
  const outcome = executeStep(program, now.state, place.id, choice, {
    chose: (alternative) => chosen.push(nameOfAlike(machine, alternative)),
    said: (words) => said.push(textWithoutValues(words)),
  });
  if (outcome === undefined) return undefined;
  const { state, failures, rangeError } = outcome;
  const heard = [...failures.map(({ message }) => message), ...(rangeError === undefined ? [] : [rangeError])];
  const to = {
    state,
    ending: now.ending ?? endingOf(operation, place, said),
    complaints: heard.length === 0 ? now.complaints : [...now.complaints, ...heard],
  };
  return { to, chosen: chosen.join(", ") };
}

function nameOfAlike(machine: Machine, alternative: string): string {
  if (machine.pages.includes(alternative)) return "a page";
  return /^slot \d+$/.test(alternative) ? "a slot" : alternative;
}

/** An ellipsis stands for each value. */
export function textWithoutValues(words: readonly (string | SaidValue)[]): string {
  return words.map((word) => (typeof word === "string" ? word : "...")).join(" ");
}

function endingOf(operation: OperationName, location: Location, said: readonly string[]) {
  return endingRows.find((row) => tells(row, operation, location, said))?.ending;
}

/** Whether an operation that takes the step of a location, and says this there, ends as the row says. */
export function tells(
  row: EndingRow,
  operation: OperationName,
  { procedure, label }: Location,
  said: readonly string[],
): boolean {
  return (
    row.procedure === procedure &&
    (row.wholly === true ? label === row.label : label.startsWith(row.label)) &&
    (row.operations === undefined || row.operations.includes(operation)) &&
    (row.says === undefined || said.includes(row.says))
  );
}
