/** Whether elements that a program calls alike are alike: whether steps and checks follow a permutation of them. */
import { judgeOf } from "../../src/checker/violations/violated-properties.ts";
import type { State } from "../../src/ir/evaluate.ts";
import { executeStep, type StepOutcome } from "../../src/ir/interpreter.ts";
import type { Program, Symmetry } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import { type Permutation, permuteArguments, permuteState } from "../../src/ir/symmetry.ts";

/** Swaps of two neighbours. Every permutation is composed of them. */
export function neighbourSwaps({ size }: Symmetry): readonly Permutation[] {
  const elements = Array.from({ length: size }, (_, element) => element);
  return elements
    .slice(1)
    .map((right) =>
      elements.map((element) => (element === right ? right - 1 : element === right - 1 ? right : element)),
    );
}

/** How the permuted steps from a state differ from the steps of the permuted state; undefined if they do not. */
export function differenceAfter(
  program: Program,
  properties: readonly Property[],
  symmetry: Symmetry,
  permutation: Permutation,
  state: State,
): string | undefined {
  const there = permuteState(symmetry, state, permutation);
  const judge = judgeOf(program);
  for (const property of properties) {
    if (judge.state(property, state) !== judge.state(property, there))
      return `${property.name} judges them differently`;
  }
  const permuted = (outcome: StepOutcome): StepOutcome => ({
    ...outcome,
    state: permuteState(symmetry, outcome.state, permutation),
    events: outcome.events.map(({ event, args }) => ({
      event,
      args: permuteArguments(symmetry, event, args, permutation),
    })),
  });
  const stepsFrom = (from: State, permute: (outcome: StepOutcome) => StepOutcome): ReadonlyMap<string, string> =>
    new Map(
      restingPlaces(program, from).flatMap((location) =>
        Array.from({ length: location.choices }, (_, choice) => choice).flatMap((choice) => {
          const outcome = executeStep(program, from, location.id, choice);
          if (outcome === undefined) return [];
          const broken = properties.filter((property) => judge.step(property, from, location, outcome));
          const { state: reached, events } = permute(outcome);
          const told = events.map(({ event, args }) => `${event}(${args})`).sort();
          const key = [reached.join(), ...told, ...broken.map(({ name }) => name).sort()].join(" ");
          return [[key, `${location.procedure}, ${location.label}, choice ${choice}`]];
        }),
      ),
    );
  const here = stepsFrom(state, permuted);
  const after = stepsFrom(there, (outcome) => outcome);
  const only = [...here].find(([key]) => !after.has(key)) ?? [...after].find(([key]) => !here.has(key));
  return only?.[1];
}
