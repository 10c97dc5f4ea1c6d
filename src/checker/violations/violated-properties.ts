/** Which properties a state or a step violates, by the interpreter. */
import { type EvaluationContext, evaluate, type State } from "../../ir/evaluate.ts";
import type { StepOutcome } from "../../ir/interpreter.ts";
import type { Location, Program } from "../../ir/program.ts";
import type { Check, Property } from "../../ir/property.ts";
import { stepNames } from "../../ir/step-vocabulary.ts";

export interface Judge {
  readonly state: (property: Property, state: State) => boolean;
  /** From the step's assertions, and from the checks of the property on steps and their events. */
  readonly step: (property: Property, old: State, location: Location, outcome: StepOutcome) => boolean;
}

/** Calls `onTested` with each property that has a true premise. */
export function judgeOf(program: Program, onTested: (property: string) => void = () => {}): Judge {
  /** A check whose premise is false holds. */
  function fails(
    property: Property,
    check: Extract<Check, { condition: unknown }>,
    state: State,
    context: EvaluationContext,
  ): boolean {
    if (check.premise !== undefined && evaluate(program, check.premise, state, context) === 0) return false;
    onTested(property.name);
    return evaluate(program, check.condition, state, context) === 0;
  }

  return {
    state: (property, state) =>
      property.checks.filter((check) => check.kind === "state" && fails(property, check, state, {})).length > 0,
    step(property, old, location, { state, events, failures }) {
      let broken = failures.some((failure) => failure.property === property.name);
      for (const check of property.checks) {
        if (check.kind === "passed" && failures.some((failure) => isSame(failure, check))) onTested(property.name);
        if (check.kind !== "step") continue;
        const step = stepNames(program, location);
        const occasions =
          check.event === undefined
            ? [[]]
            : events.filter(({ event }) => event === check.event).map(({ args }) => args);
        for (const args of occasions) if (fails(property, check, state, { old, args, step })) broken = true;
      }
      return broken;
    },
  };
}

type Assertion = Readonly<Record<"property" | "message", string>>;

function isSame(one: Assertion, other: Assertion): boolean {
  return one.property === other.property && one.message === other.message;
}
