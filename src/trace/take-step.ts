/** Takes one step and describes it. */
import type { State } from "../ir/evaluate.ts";
import { type EmittedEvent, executeStep, type StepOutcome } from "../ir/interpreter.ts";
import { at, required } from "../ir/lookup.ts";
import type { Location, Program } from "../ir/program.ts";
import type { Statement } from "../ir/statement.ts";
import { formatValue } from "../ir/types.ts";
import { decisiveValues, variablesOf } from "./decisive.ts";
import type { TraceEvent } from "./format.ts";
import { goesOtherwise } from "./observed-changes.ts";
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
  const run = runAndWatch(program, before, location, choice);
  if (run === undefined) return undefined;
  const { outcome, alternatives } = run;
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
  return runAndWatch(program, before, location, choice)?.alternatives;
}

/** Events of a program never have such names, because those are identifiers. */
const announcement = "alternative: ";

/** The interpreter reports what happened as events, so each alternative emits one. */
function runAndWatch(
  program: Program,
  before: State,
  location: Location,
  choice: number,
): { readonly outcome: StepOutcome; readonly alternatives: readonly string[] } | undefined {
  const watched = { ...location, body: announce(location.body) };
  const locations = program.locations.with(location.id, watched);
  const outcome = executeStep({ ...program, locations }, before, location.id, choice);
  if (outcome === undefined) return undefined;
  const events = outcome.events.filter(({ event }) => !event.startsWith(announcement));
  const alternatives = outcome.events
    .filter(({ event }) => event.startsWith(announcement))
    .map(({ event }) => event.slice(announcement.length));
  return { outcome: { ...outcome, events }, alternatives };
}

function announce(statements: readonly Statement[]): Statement[] {
  return statements.map((statement): Statement => {
    if (statement.op === "if")
      return { ...statement, then: announce(statement.then), otherwise: announce(statement.otherwise) };
    if (statement.op !== "choose") return statement;
    const alternatives = statement.alternatives.map(({ name, body }) => {
      const event: Statement = { op: "emit", event: announcement + name, args: [] };
      return { name, body: [event, ...announce(body)] };
    });
    return { op: "choose", alternatives };
  });
}

function describeEvent(program: Program, { event, args }: EmittedEvent): TraceEvent {
  const type = program.events.find(({ name }) => name === event);
  const { parameters } = required(type, `the event ${event}`);
  const values = parameters.map((parameter, i) => [parameter.name, formatValue(parameter.type, at(args, i))] as const);
  return { event, arguments: Object.fromEntries(values) };
}
