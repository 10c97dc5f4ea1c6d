/** A few of the shipped scenarios that together have everything that the library has. */

import { entryOf, lastOf } from "../../src/ir/lookup.ts";
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { librarySteps } from "./library-steps.ts";
import { noticingRuns } from "./noticing-runs.ts";
import { expectedViolations, libraryRuns, type Run, titleOf } from "./runs.ts";

interface Shown {
  readonly run: Run;
  readonly names: ReadonlySet<string>;
  /** A run with more steps takes longer to build and, mostly, to search. */
  readonly cost: number;
}

/** What a run asks for: its kernel, drivers and operations, the properties and which are violated. */
function askedBy(asking: Run): readonly string[] {
  const { spec, run } = asking;
  return [
    ...operatedBy(asking),
    ...spec.properties.map(({ name }) => `property ${name}`),
    ...(expectedViolations(run) ?? []).map((name) => `violated ${name}`),
  ];
}

function operatedBy({ spec, run }: Run): readonly string[] {
  const { system, actors } = spec.scenario;
  const items = actors.flatMap((actor) => actor.run);
  const calls = items.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls));
  return [
    `kernel ${run.kernel}`,
    ...system.devices.map(({ driver }) => `driver ${driver}`),
    ...calls.map(({ operation }) => `operation ${operation}`),
    ...actors.flatMap(({ after = [] }) => (after.length > 0 ? ["an actor that waits for others"] : [])),
    ...items.map(({ kind }) => `${kind} in a program`),
  ];
}

/**
 * The part of its cost that counts for a run that is needed anyway, because it notices a change of the model. So fewer
 * runs are needed in all.
 */
const ifNeeded = 0.3;

let noticing: ReadonlySet<Run> | undefined;

function isNoticing(run: Run): boolean {
  noticing ??= new Set(noticingRuns());
  return noticing.has(run);
}

let chosen: readonly Run[] | undefined;

/**
 * About one of seventeen runs of the library: what a run asks for, apart from properties, and each step, occurs in one.
 */
export function coveringRuns(): readonly Run[] {
  chosen ??= cover((run) => {
    const steps = entryOf(librarySteps(), run, titleOf(run));
    const names = steps.map(({ stack, label }) => `step ${lastOf(stack).procedure}: ${label}`);
    return {
      run,
      names: new Set([...operatedBy(run), ...names]),
      cost: steps.length * (isNoticing(run) ? ifNeeded : 1),
    };
  });
  return chosen;
}

/** About one of twenty-five: what a run asks for occurs in one of them, but not each step. */
export function askingRuns(): readonly Run[] {
  return cover((run) => ({ run, names: new Set(askedBy(run)), cost: costOf(run) }));
}

/** About one of eighty: each kernel, driver and operation, and each kind of program, but not each property. */
export function operatingRuns(): readonly Run[] {
  return cover((run) => ({ run, names: new Set(operatedBy(run)), cost: costOf(run) }));
}

let sizes: ReadonlyMap<string, number> | undefined;

/** To build a run takes as long as to search about this many states. */
const statesForBuild = 10_000;

/** In states: of the last `npm run mutants`, which leaves out those with more than 150,000. */
function costOf(asked: Run): number {
  const { spec, run } = asked;
  sizes ??= new Map(readLibraryFacts().runs.map(({ scenario, kernel, states }) => [`${scenario} ${kernel}`, states]));
  const cost = statesForBuild + (sizes.get(`${spec.name} ${run.kernel}`) ?? 150_000);
  // The executable leaves those of `coveringRuns` to another test.
  return isNoticing(asked) && !coveringRuns().includes(asked) ? ifNeeded * cost : cost;
}

/**
 * The choice changes only with the library and the model: always the run with the most new names for its cost, of equal
 * ones the first.
 */
function cover(show: (run: Run) => Shown): readonly Run[] {
  const left = libraryRuns().map((run) => {
    const shown = show(run);
    return { ...shown, fresh: shown.names.size };
  });
  const having = new Map<string, (typeof left)[number][]>();
  for (const one of left)
    for (const name of one.names) {
      const others = having.get(name) ?? [];
      others.push(one);
      having.set(name, others);
    }
  const cover = new Set<Shown>();
  while (having.size > 0) {
    const best = left.reduce((one, other) => (other.fresh / other.cost > one.fresh / one.cost ? other : one));
    cover.add(best);
    for (const name of best.names) {
      for (const one of having.get(name) ?? []) one.fresh--;
      having.delete(name);
    }
  }
  return left.filter((one) => cover.has(one)).map(({ run }) => run);
}
