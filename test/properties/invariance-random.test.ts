/** An expression proved symmetric has the same value in any state, at any step, and after any permutation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbourSwaps } from "../../scripts/library/permutation.ts";
import { randomTexts } from "../../scripts/library/random-question.ts";
import { findRun } from "../../scripts/library/runs.ts";
import { type Random, seeded } from "../../scripts/library/seeded.ts";
import { evaluate, type State } from "../../src/ir/evaluate.ts";
import type { Expr } from "../../src/ir/expression.ts";
import type { Location, Program, Symmetry } from "../../src/ir/program.ts";
import { stepNames, stepVocabulary } from "../../src/ir/step-vocabulary.ts";
import { type Permutation, permuteArguments, permuteState } from "../../src/ir/symmetry.ts";
import { rangeOf } from "../../src/ir/types.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import type { Model } from "../../src/model/model.ts";
import { builtInProperties } from "../../src/properties/built-in/built-in-properties.ts";
import { compileDefinition, type PropertyDefinition } from "../../src/properties/definition.ts";
import { distinguisherOf } from "../../src/properties/invariance/tells-apart.ts";

/** Pages in files, swap slots, pins, TLBs and devices; threads that are alike, also with registers that name pages. */
const scenarios = ["reclaim-keeps-then-migrate", "pin-and-reclaim", "two-devices", "fault-race-two-faults"];

interface Moment {
  readonly state: State;
  readonly old: State;
  readonly args: readonly number[];
  readonly location: Location;
}

/** The states are mostly unreachable. That does not matter, because the proof relies only on permutations. */
function randomMoment({ slots, events, locations }: Program, event: string | undefined, random: Random): Moment {
  const state = (): State =>
    Int32Array.from(slots, ({ min, max }) =>
      random.chance(0.3) ? Math.max(min, 0) : min + random.below(max - min + 1),
    );
  const parameters = events.find(({ name }) => name === event)?.parameters ?? [];
  const args = parameters.map(({ type }) => {
    const [min, max] = rangeOf(type);
    return min + random.below(max - min + 1);
  });
  return { state: state(), old: state(), args, location: random.among(locations) };
}

function permuted(program: Program, symmetry: Symmetry, permutation: Permutation, moment: Moment, event = ""): Moment {
  const { state, old, args, location } = moment;
  const element = symmetry.actors?.indexOf(location.actor) ?? -1;
  const actor = element < 0 ? location.actor : (symmetry.actors?.[permutation[element] ?? 0] ?? 0);
  const place = location.id - (program.actors[location.actor]?.first ?? 0) + (program.actors[actor]?.first ?? 0);
  return {
    state: permuteState(symmetry, state, permutation),
    old: permuteState(symmetry, old, permutation),
    args: permuteArguments(symmetry, event, args, permutation),
    location: program.locations[place] as Location,
  };
}

function valueAt(program: Program, expr: Expr, { state, old, args, location }: Moment): boolean {
  return evaluate(program, expr, state, { old, args, step: stepNames(program, location) }) !== 0;
}

function modelOf(name: string, position: number): Model {
  const { spec, run } = findRun({ file: `specs/${name}.json`, position });
  return buildModel(spec.scenario, featuresOf(run.kernel, run));
}

test("random properties that are proved symmetric have the same value in symmetric random states", () => {
  const [proved, telling] = [new Set<string>(), new Set<string>()];
  for (const [number, name] of scenarios.entries()) {
    const { program, schema } = modelOf(name, number % 2);
    const random = seeded(1 + number);
    const { properties, sometimes } = randomTexts(random, { program, schema }, 40);
    const own: readonly PropertyDefinition[] = [
      ...properties.map(({ name: of, on, expr }): PropertyDefinition => {
        const event = on === "step" ? undefined : on;
        return {
          name: of,
          sentence: "",
          checks: [on === undefined ? { kind: "state", expr } : { kind: "step", on: event, expr }],
        };
      }),
      ...sometimes.map(({ name: of, expr }) => ({
        name: of,
        sentence: "",
        checks: [{ kind: "state" as const, expr }],
      })),
    ];
    const tellsApart = distinguisherOf(program);
    for (const definition of [...own, ...builtInProperties]) {
      const compiled = compileDefinition(definition, { schema, events: program.events, ...stepVocabulary(program) });
      assert.ok(compiled.ok);
      for (const check of compiled.property.checks) {
        if (check.kind !== "state" && check.kind !== "step") continue;
        const event = check.kind === "step" ? check.event : undefined;
        const exprs = check.premise === undefined ? [check.condition] : [check.premise, check.condition];
        for (const symmetry of program.symmetries) {
          for (const expr of exprs) {
            const seen = isSeenThrough(program, symmetry, expr, event, random);
            const text = `${symmetry.name} of ${name}: ${JSON.stringify(definition.checks)}`;
            if (tellsApart(expr, event, symmetry)) {
              if (seen) telling.add(text);
            } else {
              assert.ok(!seen, text);
              proved.add(text);
            }
          }
        }
      }
    }
  }
  // Neither of them is empty.
  assert.ok(proved.size > 300 && telling.size > 15, `${proved.size} proved, ${telling.size} tell apart`);
});

/** Whether the expression differs between some random moment and its permutation. */
function isSeenThrough(
  program: Program,
  symmetry: Symmetry,
  expr: Expr,
  event: string | undefined,
  random: Random,
): boolean {
  const moments = Array.from({ length: 12 }, () => randomMoment(program, event, random));
  return moments.some((moment) => {
    const here = valueAt(program, expr, moment);
    return neighbourSwaps(symmetry).some(
      (permutation) => valueAt(program, expr, permuted(program, symmetry, permutation, moment, event)) !== here,
    );
  });
}
