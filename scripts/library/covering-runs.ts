/** A few of the shipped scenarios that together have everything that the library has. */

import { lastOf } from "../../src/ir/lookup.ts";
import { outlineOperations } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { expectedViolations, type Run, runsOf, specFiles } from "./runs.ts";

interface Shown {
  readonly run: Run;
  readonly names: ReadonlySet<string>;
  /** The number of its steps: a run with more takes longer to build and, mostly, to search. */
  readonly cost: number;
}

/** What a run has: its kernel, drivers and operations, each step of the model, the properties and which are violated. */
function shownBy(one: Run): Shown {
  const { spec, run } = one;
  const { system, actors } = spec.scenario;
  const steps = [...outlineOperations(spec.scenario, featuresOf(run.kernel, run)).values()].flat();
  const items = actors.flatMap((actor) => actor.run);
  const calls = items.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls));
  const names = [
    `kernel ${run.kernel}`,
    ...system.devices.map(({ driver }) => `driver ${driver}`),
    ...calls.map(({ operation }) => `operation ${operation}`),
    ...actors.flatMap(({ after = [] }) => (after.length > 0 ? ["an actor that waits for others"] : [])),
    ...items.map(({ kind }) => `${kind} in a program`),
    ...steps.map(({ stack, label }) => `step ${lastOf(stack).procedure}: ${label}`),
    ...spec.properties.map(({ name }) => `property ${name}`),
    ...(expectedViolations(run) ?? []).map((name) => `violated ${name}`),
  ];
  return { run: one, names: new Set(names), cost: steps.length };
}

let chosen: readonly Run[] | undefined;

/**
 * About one of nine runs of the library. Each name above that occurs in the library occurs in one of them. The choice
 * changes only with the library and the model: always the run with the most new names for its cost, of equal ones the
 * first.
 */
export function coveringRuns(): readonly Run[] {
  chosen ??= cover(runsOf(specFiles).map(shownBy));
  return chosen;
}

function cover(shown: readonly Shown[]): readonly Run[] {
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
