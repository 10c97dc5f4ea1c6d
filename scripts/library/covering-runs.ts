/** A few of the shipped scenarios that together have everything that the library has. */

import { lastOf } from "../../src/ir/lookup.ts";
import { outlineOperations } from "../../src/model/build-model.ts";
import type { FeatureSet } from "../../src/model/features/catalogue.ts";
import type { Scenario } from "../../src/model/scenario/scenario.ts";
import { oncePerModel } from "./once-per-model.ts";
import { expectedViolations, type Run, runsOf, specFiles } from "./runs.ts";

interface Shown {
  readonly run: Run;
  readonly names: ReadonlySet<string>;
  /** A run with more steps takes longer to build and, mostly, to search. */
  readonly cost: number;
}

/** What a run asks for: its kernel, drivers and operations, the properties and which are violated. */
function askedBy({ spec, run }: Run): readonly string[] {
  const { system, actors } = spec.scenario;
  const items = actors.flatMap((actor) => actor.run);
  const calls = items.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls));
  return [
    `kernel ${run.kernel}`,
    ...system.devices.map(({ driver }) => `driver ${driver}`),
    ...calls.map(({ operation }) => `operation ${operation}`),
    ...actors.flatMap(({ after = [] }) => (after.length > 0 ? ["an actor that waits for others"] : [])),
    ...items.map(({ kind }) => `${kind} in a program`),
    ...spec.properties.map(({ name }) => `property ${name}`),
    ...(expectedViolations(run) ?? []).map((name) => `violated ${name}`),
  ];
}

/** The steps of the model that a run has. */
function stepsOf(scenario: Scenario, features: FeatureSet): readonly string[] {
  const steps = [...outlineOperations(scenario, features).values()].flat();
  return steps.map(({ stack, label }) => `step ${lastOf(stack).procedure}: ${label}`);
}

let chosen: readonly Run[] | undefined;

/** About one of thirteen runs of the library: what a run asks for, and each step, occurs in one of them. */
export function coveringRuns(): readonly Run[] {
  const stepsIn = oncePerModel(stepsOf);
  chosen ??= cover((run) => {
    const steps = stepsIn(run);
    return { run, names: new Set([...askedBy(run), ...steps]), cost: steps.length };
  });
  return chosen;
}

/** About one of twenty-five: what a run asks for occurs in one of them, but not each step. */
export function askingRuns(): readonly Run[] {
  return cover((run) => ({ run, names: new Set(askedBy(run)), cost: run.spec.text.length }));
}

/**
 * The choice changes only with the library and the model: always the run with the most new names for its cost, of equal
 * ones the first.
 */
function cover(show: (run: Run) => Shown): readonly Run[] {
  const shown = runsOf(specFiles).map(show);
  const missing = new Set(shown.flatMap(({ names }) => [...names]));
  const cover = new Set<Shown>();
  while (missing.size > 0) {
    const worth = shown.map(({ names, cost }) => [...names].filter((name) => missing.has(name)).length / cost);
    const best = shown[worth.indexOf(Math.max(...worth))];
    if (best === undefined) break;
    cover.add(best);
    for (const name of best.names) missing.delete(name);
  }
  return shown.filter((one) => cover.has(one)).map(({ run }) => run);
}
