/** Why a path ends as it does: the values that the last step found, or what the blocked actors wait for. */
import type { State } from "../ir/evaluate.ts";
import type { SlotIndex } from "../ir/indices.ts";
import { executeStep, initialState } from "../ir/interpreter.ts";
import { at, required } from "../ir/lookup.ts";
import { firstSlot } from "../ir/program.ts";
import type { Check } from "../ir/property.ts";
import { restingPlaces } from "../ir/resting-places.ts";
import type { Variable } from "../ir/variable.ts";
import { variablesRead } from "../ir/visit.ts";
import { decisiveValues, variablesOf } from "./decisive.ts";
import { enabledAt } from "./enabled.ts";
import type { Blocked, Violation } from "./format.ts";
import { definitionIn, type PathEnd, type Subject, violationOf } from "./violation.ts";

/** Adds `because` or `waits` to the violation if there are causes. */
export function withCause(subject: Subject, property: string, end: PathEnd, violation: Violation): Violation {
  switch (violation.kind) {
    case "step":
    case "state":
    case "assertion":
    case "witness":
      return end.last === undefined ? violation : becauseOf(subject, property, end.last, violation);
    case "deadlock":
      return { ...violation, blocked: (violation.blocked ?? []).map((each) => withWaits(subject, end.state, each)) };
    default:
      return violation;
  }
}

/** The values before the last step that caused the violation. Values that never changed on the path are not causes. */
function becauseOf(
  subject: Subject,
  property: string,
  { location, before, described }: NonNullable<PathEnd["last"]>,
  violation: Violation,
): Violation {
  const { program } = subject;
  const isAverted = (state: State): boolean => {
    const outcome = executeStep(program, state, location.id, described.choice.number);
    if (outcome === undefined) return true;
    const end = { state: outcome.state, last: { location, before: state, outcome, described } };
    const other = violationOf(subject, property, end);
    // If several parts of the property fail, the causes explain the part that the violation names.
    return other === undefined || partOf(other) !== partOf(violation);
  };
  const { checks } = required(definitionIn(subject, property), `the property ${property}`).property;
  const variables = new Set([...variablesOf(location), ...checks.flatMap(variablesChecked)]);
  const atFirst = initialState(program);
  const changed = [...variables].filter((variable) => differs(firstSlot(program, variable), variable.size));
  const because = decisiveValues(program, before, changed, isAverted);
  return because.length === 0 ? violation : { ...violation, because };

  function differs(first: SlotIndex, size: number): boolean {
    return before.slice(first, first + size).some((value, element) => value !== atFirst[first + element]);
  }
}

/** The part of the property that fails, without its values. */
function partOf({ kind, explanation }: Violation): string {
  return JSON.stringify([kind, explanation?.text, explanation?.bindings]);
}

function variablesChecked(check: Check): readonly Variable[] {
  if (check.kind !== "state" && check.kind !== "step") return [];
  const expressions = check.premise === undefined ? [check.condition] : [check.premise, check.condition];
  return expressions.flatMap((expr) => [...variablesRead(expr)]);
}

/** What an actor waits for in a state in which it cannot take its step. */
export function withWaits({ program }: Pick<Subject, "program">, state: State, blocked: Blocked): Blocked {
  const location = restingPlaces(program, state).find(({ actor }) => at(program.actors, actor).name === blocked.actor);
  if (location === undefined) return blocked;
  const canGoOn = (other: State) => enabledAt(program, other, location).length > 0;
  return { ...blocked, waits: decisiveValues(program, state, variablesOf(location), canGoOn) };
}
