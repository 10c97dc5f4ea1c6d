/**
 * Executes a trace again and compares everything that it records: the initial state, every step with its changes,
 * events and digest, whether it matters, and the violation at the end. The interpreter decides; the trace only says
 * which steps to take. The only parts that are not compared are the tool's version and the file's name.
 */
import type { State } from "../ir/evaluate.ts";
import { initialState } from "../ir/interpreter.ts";
import { at } from "../ir/lookup.ts";
import { restingPlaces } from "../ir/resting-places.ts";
import { sentenceOf } from "./build-trace.ts";
import { firstDifference, formatPath } from "./difference.ts";
import { type EnabledStep, enabledSteps } from "./enabled.ts";
import { noProperty, rangeProperty, type Trace, type TraceStep } from "./format.ts";
import { withCycle } from "./livelock-cycle.ts";
import { originDigest } from "./origin-digest.ts";
import { endingOf, violationsAt } from "./path-end.ts";
import { stepsThatMatter } from "./relevance.ts";
import { namedValues } from "./state-view.ts";
import { takeStep } from "./take-step.ts";
import type { TakenStep } from "./taken-step.ts";
import type { Subject } from "./violation.ts";

export type ReplayResult =
  | { readonly reproduced: true; readonly steps: number }
  | ({ readonly reproduced: false } & Divergence);

export interface Divergence {
  /** 0: before the first step. */
  readonly step: number;
  readonly what: string;
  /** The recorded value and the actual value; undefined: there is none. */
  readonly expected: unknown;
  readonly actual: unknown;
  /** The steps that could be taken where the replay stopped. */
  readonly enabled: readonly EnabledStep[];
}

/** Calls `onStep` for every step that was taken and compared equal. */
export function replay(trace: Trace, subject: Subject, onStep: (step: TraceStep) => void = () => {}): ReplayResult {
  const { program } = subject;
  let state = initialState(program);
  const taken: TakenStep[] = [];

  const asked = [...subject.properties, ...(subject.conditions ?? [])];
  const properties = [...asked.map(({ property }) => property.name), rangeProperty.name, noProperty.name];
  if (!properties.includes(trace.property))
    return diverged(0, "property", trace.property, properties.join(" | "), state);
  const head = firstDifference(
    { sentence: trace.sentence, initial: trace.initial },
    { sentence: sentenceOf(subject, trace.property), initial: namedValues(program, state) },
  );
  if (head !== undefined) return diverged(0, formatPath(head.path), head.expected, head.actual, state);

  for (const [position, recorded] of trace.steps.entries()) {
    const n = position + 1;
    if (taken.at(-1)?.outcome.rangeError !== undefined)
      return diverged(n, "a step after a range error", name(recorded), undefined, state);
    const location = restingPlaces(program, state).find(
      (place) => at(program.actors, place.actor).name === recorded.actor,
    );
    if (location === undefined) {
      const actors = program.actors.map((actor) => actor.name);
      return diverged(n, "actor", recorded.actor, actors.join(" | "), state);
    }
    // Compared first: if the actor takes another step, everything else differs too.
    const here = { ...recorded, procedure: location.procedure, label: location.label };
    if (location.procedure !== recorded.procedure || location.label !== recorded.label)
      return diverged(n, "the step where the actor rests", name(recorded), name(here), state);
    const step = takeStep(program, state, location, recorded.choice.number, n);
    if (step === undefined)
      return diverged(
        n,
        "whether the step is enabled",
        `enabled, choice ${recorded.choice.number}`,
        "not enabled",
        state,
      );
    const difference = firstDifference(recorded, { ...step.described, matters: recorded.matters });
    if (difference !== undefined)
      return diverged(n, formatPath(difference.path), difference.expected, difference.actual, state);
    onStep(recorded);
    state = step.outcome.state;
    taken.push(step);
  }

  const n = trace.steps.length;
  const end = { state, last: taken.at(-1), path: taken };
  const instead = trace.property === noProperty.name ? violationsAt(subject, end)[0]?.violation : undefined;
  const ending = endingOf(subject, trace.property, end) ?? instead;
  const violation = ending && withCycle(ending, taken);
  const other = firstDifference({ violation: trace.violation }, { violation });
  if (other !== undefined) return diverged(n, formatPath(other.path), other.expected, other.actual, state);
  if (violation === undefined) throw new Error("a path ends in nothing");
  const matters = stepsThatMatter(subject, trace.property, taken, violation);
  const wrong = trace.steps.findIndex((step, position) => step.matters !== matters[position]);
  if (wrong >= 0) return diverged(wrong + 1, "matters", trace.steps[wrong]?.matters, matters[wrong], state);
  // Compared last, because it says less than the differences above: two kernels may behave the same.
  const origin = originDigest(trace);
  if (origin !== trace.origin) return diverged(0, "origin", trace.origin, origin, initialState(program));
  return { reproduced: true, steps: n };

  function diverged(n: number, what: string, expected: unknown, actual: unknown, at: State): ReplayResult {
    return { reproduced: false, step: n, what, expected, actual, enabled: enabledSteps(program, at) };
  }
}

function name({ actor, procedure, label }: TraceStep): string {
  return `${actor} in ${procedure}: ${label}`;
}
