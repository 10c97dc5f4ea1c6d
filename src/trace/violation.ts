/** Whether, and how, a property is violated at the end of a trace. */
import { elementsRead } from "../ir/elements-read.ts";
import { type EvaluationContext, evaluate, type State } from "../ir/evaluate.ts";
import type { Expr } from "../ir/expression.ts";
import type { EmittedEvent } from "../ir/interpreter.ts";
import { at, required } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Check } from "../ir/property.ts";
import { stepNames } from "../ir/step-vocabulary.ts";
import { formatValue } from "../ir/types.ts";
import type { CompiledDefinition } from "../properties/definition.ts";
import { compactValue } from "./change-text.ts";
import { blockedActors, enabledSteps } from "./enabled.ts";
import { conditionOf, rangeProperty, type Seen, type Violation } from "./format.ts";
import { type Look, livelockAt } from "./livelock.ts";
import { withRepetition } from "./livelock-cycle.ts";
import { fairLoopAtEnd, type LoopStep, loneLoopAtEnd } from "./loops-at-end.ts";
import { seenAt } from "./state-view.ts";
import type { TakenStep } from "./taken-step.ts";

/** What is checked: a program and the properties that were compiled for it. */
export interface Subject {
  readonly program: Program;
  readonly properties: readonly CompiledDefinition[];
  /** The `sometimes` conditions, under the names that traces give them (`propertyOfWitness`). Left out: there are none. */
  readonly conditions?: readonly CompiledDefinition[];
}

/** The end of a path: a state, and the step that led there, if any did. */
export interface PathEnd {
  readonly state: State;
  readonly last: TakenStep | undefined;
  /** All steps of the path. Without them, no loop is found at its end. */
  readonly path?: readonly LoopStep[];
}

/** What an actor does when it emits the event, as the predicate of a sentence. */
function eventText({ events }: Program, { event, args }: EmittedEvent): string {
  const { says, parameters } = required(
    events.find(({ name }) => name === event),
    `the event ${event}`,
  );
  return (says ?? `causes the event ${event}`).replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const position = parameters.findIndex((parameter) => parameter.name === name);
    return compactValue(formatValue(at(parameters, position).type, at(args, position)));
  });
}

/** A property or a `sometimes` condition. */
export function definitionIn({ properties, conditions = [] }: Subject, name: string): CompiledDefinition | undefined {
  return [...properties, ...conditions].find(({ property }) => property.name === name);
}

/**
 * The first of the property's checks that fails decides. Undefined if the property holds, or if the state does not
 * satisfy the condition.
 */
export function violationOf(
  subject: Subject,
  property: string,
  end: PathEnd,
  look: Look = "long",
): Violation | undefined {
  const { program, conditions = [] } = subject;
  const rangeError = end.last?.outcome.rangeError;
  if (property === rangeProperty.name)
    return rangeError === undefined ? undefined : { kind: "range", message: rangeError };
  if (rangeError !== undefined) return undefined;
  const definition = definitionIn(subject, property);
  if (definition === undefined) return undefined;
  if (conditions.includes(definition)) return witnessOf(program, definition, end.state);
  for (const [position, check] of definition.property.checks.entries()) {
    const asked = { program, property, check, explain: definition.explain[position] };
    const violation = violatedCheck(asked, end, look);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function witnessOf(program: Program, { property, explain }: CompiledDefinition, state: State): Violation | undefined {
  const [check] = property.checks;
  if (check?.kind !== "state" || evaluate(program, check.condition, state, {}) === 0) return undefined;
  const explanation = explanationOf(program, explain[0], state, {});
  return { kind: "witness", message: `the state satisfies "${conditionOf(property.name)}"`, ...explanation };
}

function explanationOf(
  program: Program,
  explain: CompiledDefinition["explain"][number],
  state: State,
  context: EvaluationContext,
): Pick<Violation, "explanation" | "facts"> {
  const found = explain?.((expr) => evaluate(program, expr, state, context));
  if (found === undefined) return {};
  const { text, is } = found;
  const bindings = found.bindings.map(({ name, label }) => ({ name, label }));
  const values = found.values.map((shown) => ({ text: shown.text, value: shown.value }));
  const facts = factsIn(program, found.read, state, context);
  return { explanation: { text, is, bindings, values }, ...(facts.length === 0 ? {} : { facts }) };
}

/** The values of variables behind the values of a property's part. */
function factsIn(program: Program, read: readonly Expr[], state: State, context: EvaluationContext): readonly Seen[] {
  const facts = new Map<string, Seen>();
  for (const { variable, element, old } of read.flatMap((expr) => elementsRead(program, expr, state, context))) {
    if (variable.actor !== undefined) continue;
    const seen = seenAt(program, old ? required(context.old, "the state before the step") : state, variable, element);
    if (!facts.has(seen.variable)) facts.set(seen.variable, seen);
  }
  return [...facts.values()];
}

interface AskedCheck {
  readonly program: Program;
  readonly property: string;
  readonly check: Check;
  readonly explain: CompiledDefinition["explain"][number];
}

function violatedCheck(
  { program, property, check, explain }: AskedCheck,
  { state, last, path = [] }: PathEnd,
  look: Look,
): Violation | undefined {
  const failing = (kind: "state" | "step", message: string, context: EvaluationContext): Violation | undefined => {
    if (check.kind !== kind) return undefined;
    if (check.premise !== undefined && evaluate(program, check.premise, state, context) === 0) return undefined;
    if (evaluate(program, check.condition, state, context) !== 0) return undefined;
    return { kind, message, ...explanationOf(program, explain, state, context) };
  };

  switch (check.kind) {
    case "state":
      return failing("state", "the state violates the property", {});
    case "step": {
      if (last === undefined) return undefined;
      const { outcome, before, location } = last;
      const occasions =
        check.event === undefined
          ? [[]]
          : outcome.events.filter(({ event }) => event === check.event).map(({ args }) => args);
      const step = stepNames(program, location);
      const actor = at(program.actors, location.actor).name;
      for (const args of occasions) {
        const does = check.event === undefined ? "takes a step" : eventText(program, { event: check.event, args });
        const message = `${actor} ${does}, which violates the property`;
        const violation = failing("step", message, { old: before, args, step });
        if (violation !== undefined) return violation;
      }
      return undefined;
    }
    case "assertion": {
      const failure = last?.outcome.failures.find((failed) => failed.property === property);
      return failure === undefined ? undefined : { kind: "assertion", message: failure.message };
    }
    case "passed":
      return undefined;
    case "deadlock": {
      const blocked = blockedActors(program, state);
      if (blocked.length === 0 || enabledSteps(program, state).length > 0) return undefined;
      const names = blocked.map(({ actor }) => actor).join(", ");
      return { kind: "deadlock", message: `no step can be taken, but not all actors have finished: ${names}`, blocked };
    }
    case "ends-alone": {
      const loop = loneLoopAtEnd(path);
      if (loop === undefined) return undefined;
      return loopOf(`${at(program.actors, loop.actor).name} goes round for ever alone`, loop.repeats, path);
    }
    case "ends-together": {
      const repeats = fairLoopAtEnd(program, path);
      if (repeats === undefined) return undefined;
      const moving = new Set(path.slice(repeats - 1).map(({ location }) => location.actor));
      const names = program.actors.flatMap(({ name }, actor) => (moving.has(actor) ? [name] : []));
      return loopOf(`${together(names)} for ever, and no operation ends`, repeats, path);
    }
    case "can-finish": {
      const message = livelockAt(program, state, look);
      return message === undefined ? undefined : { kind: "livelock", message, blocked: blockedActors(program, state) };
    }
  }
}

function loopOf(message: string, repeats: number, path: readonly LoopStep[]): Violation {
  return { kind: "loop", message: withRepetition(message, repeats, path.length), repeats };
}

function together(names: readonly string[]): string {
  return names.length === 1 ? `${names.join()} goes round` : `${names.join(" and ")} go round`;
}
