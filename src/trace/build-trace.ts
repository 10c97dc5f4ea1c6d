/** Executes a path from a search or a person again with the interpreter, and records it step by step. */
import { initialState } from "../ir/interpreter.ts";
import { required } from "../ir/lookup.ts";
import {
  type FeatureChanges,
  noProperty,
  rangeProperty,
  type Trace,
  type TraceSpec,
  traceFormat,
  traceVersion,
  type Violation,
} from "./format.ts";
import { type PlannedStep, stepsAroundCycle, withCycle } from "./livelock-cycle.ts";
import { originDigest } from "./origin-digest.ts";
import { endingOf } from "./path-end.ts";
import { stepsThatMatter } from "./relevance.ts";
import { namedValues } from "./state-view.ts";
import { takeStep } from "./take-step.ts";
import type { TakenStep } from "./taken-step.ts";
import { definitionIn, type Subject } from "./violation.ts";

/**
 * The result of a search: a property and the steps that lead to its violation, or a condition and the steps that lead to
 * a state that satisfies it (`propertyOfWitness`); `none` if there is no violation.
 */
export interface FoundViolation {
  readonly property: string;
  readonly steps: readonly PlannedStep[];
  /** For a run that never ends: the steps that lead from the end of `steps` back there. */
  readonly loop?: readonly PlannedStep[] | undefined;
}

export interface TraceOrigin {
  readonly tool: string;
  readonly spec: TraceSpec;
  readonly kernel: string;
  readonly features: FeatureChanges;
}

/** Throws if the steps do not lead to the violation: the search and the interpreter then disagree, which is a bug. */
export function buildTrace(
  subject: Subject,
  found: FoundViolation,
  { tool, spec, kernel, features }: TraceOrigin,
): Trace {
  const { program } = subject;
  const start = initialState(program);
  const taken: TakenStep[] = [];
  let state = start;
  follow(found.steps);
  follow(found.loop ?? []);
  let violation = withCycle(ending(), taken);
  if (violation.kind === "livelock" && violation.repeats === undefined) {
    follow(stepsAroundCycle(program, state));
    violation = withCycle(ending(), taken);
  }
  const matters = stepsThatMatter(subject, found.property, taken, violation);
  return {
    format: traceFormat,
    version: traceVersion,
    tool,
    spec: { name: spec.name, file: spec.file, content: spec.content },
    kernel,
    features: {
      with: [...features.with],
      without: [...features.without],
      ...(features.edits === undefined || features.edits.length === 0 ? {} : { edits: [...features.edits] }),
    },
    property: found.property,
    origin: originDigest({ spec, kernel, features, property: found.property }),
    sentence: sentenceOf(subject, found.property),
    initial: namedValues(program, start),
    steps: taken.map(({ described }, position) => ({ ...described, matters: matters[position] === true })),
    violation,
  };

  function follow(steps: readonly PlannedStep[]): void {
    for (const [position, { location: id, choice }] of steps.entries()) {
      const n = taken.length + 1;
      const location = program.locations[id];
      const step = location && takeStep(program, state, location, choice, n);
      if (step === undefined) throw disagreement(found, `step ${n} is not enabled`);
      if (step.outcome.rangeError !== undefined && position + 1 < steps.length)
        throw disagreement(found, `step ${n} leaves a range: ${step.outcome.rangeError}`);
      taken.push(step);
      state = step.outcome.state;
    }
  }

  function ending(): Violation {
    const violation = endingOf(subject, found.property, { state, last: taken.at(-1), path: taken });
    if (violation === undefined) throw disagreement(found, `after ${taken.length} steps the property is not violated`);
    return violation;
  }
}

export function sentenceOf(subject: Subject, name: string): string {
  const special = [rangeProperty, noProperty].find((property) => property.name === name);
  if (special !== undefined) return special.sentence;
  return required(definitionIn(subject, name), `the property ${name}`).property.sentence;
}

function disagreement(found: FoundViolation, what: string): Error {
  const claim = found.property === noProperty.name ? "a path without a violation" : `a violation of ${found.property}`;
  return new Error(`${claim} does not replay: ${what}`);
}
