/** Takes one step and describes it. */
import type { State } from "../ir/evaluate.ts";
import { type EmittedEvent, executeStep, type Listener, type SaidValue } from "../ir/interpreter.ts";
import { at, required } from "../ir/lookup.ts";
import type { Location, Program } from "../ir/program.ts";
import { formatValue } from "../ir/types.ts";
import { decisiveValues, variablesOf } from "./decisive.ts";
import type { TraceEvent } from "./format.ts";
import { goesOtherwise } from "./observed-changes.ts";
import { outcomeText } from "./outcome-text.ts";
import { changesBetween, digestOf } from "./state-view.ts";
import type { TakenStep } from "./taken-step.ts";

/** Undefined if the step is not enabled. */
export function takeStep(
  program: Program,
  before: State,
  location: Location,
  choice: number,
  n: number,
): TakenStep | undefined {
  const alternatives: string[] = [];
  const said: (readonly (string | SaidValue)[])[] = [];
  const listener: Listener = { chose: (name) => alternatives.push(name), said: (words) => said.push(words) };
  const outcome = executeStep(program, before, location.id, choice, listener);
  if (outcome === undefined) return undefined;
  const told = outcomeText(said);
  const { procedure, label, note, source, stack, operation } = location;
  const changes = changesBetween(program, before, outcome.state);
  const isOther = (state: State) => goesOtherwise(program, { location, outcome }, choice, state);
  const looks = changes.every(({ kind }) => kind !== "shared");
  const described: TakenStep["described"] = {
    n,
    actor: at(program.actors, location.actor).name,
    procedure,
    label,
    note,
    ...(told === undefined ? {} : { outcome: told }),
    source: { file: source.file, function: source.function },
    stack: stack.map((frame) => frame.procedure),
    operation,
    choice: { number: choice, alternatives },
    events: outcome.events.map((event) => describeEvent(program, event)),
    changes,
    sees: looks ? decisiveValues(program, before, variablesOf(location), isOther) : [],
    state: digestOf(outcome.state),
  };
  return { location, before, outcome, described };
}

/** The names of the alternatives that a choice number stands for in a state; undefined if the step is not enabled. */
export function alternativesTaken(
  program: Program,
  before: State,
  location: Location,
  choice: number,
): readonly string[] | undefined {
  const alternatives: string[] = [];
  const listener: Listener = { chose: (name) => alternatives.push(name), said: () => {} };
  return executeStep(program, before, location.id, choice, listener) && alternatives;
}

function describeEvent(program: Program, { event, args }: EmittedEvent): TraceEvent {
  const type = program.events.find(({ name }) => name === event);
  const { parameters } = required(type, `the event ${event}`);
  const values = parameters.map((parameter, i) => [parameter.name, formatValue(parameter.type, at(args, i))] as const);
  return { event, arguments: Object.fromEntries(values) };
}
