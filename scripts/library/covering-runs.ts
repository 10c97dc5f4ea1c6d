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

/** To build a step takes as long as to search about this many states. */
const statesForStep = 100;

let chosen: readonly Run[] | undefined;

/**
 * About one of twenty-three runs of the library: what a run asks for, apart from properties, and each step, occurs in one.
 */
export function coveringRuns(): readonly Run[] {
  chosen ??= cover((run) => {
    const steps = entryOf(librarySteps(), run, titleOf(run));
    const names = steps.map(({ stack, label }) => `step ${lastOf(stack).procedure}: ${label}`);
    return {
      run,
      names: new Set([...operatedBy(run), ...names]),
      cost: steps.length * (isNoticing(run) ? ifNeeded : 1) + statesOf(run) / statesForStep,
    };
  });
  return chosen;
}

let asking: readonly Run[] | undefined;

/** About one of twenty-six: what a run asks for occurs in one of them, but not each step. */
export function askingRuns(): readonly Run[] {
  asking ??= cover((run) => ({ run, names: new Set(askedBy(run)), cost: costOf(run) }));
  return asking;
}

/** Those of them that are needed for each kernel, driver and operation, and each kind of program, but not each property. */
export function operatingRuns(): readonly Run[] {
  return operatingAmong(askingRuns());
}

/** The same among those that violate something. */
export function violatingRuns(): readonly Run[] {
  return operatingAmong(askingRuns().filter(({ run }) => (expectedViolations(run) ?? []).length > 0));
}

function operatingAmong(runs: readonly Run[]): readonly Run[] {
  return cover((run) => ({ run, names: new Set(operatedBy(run)), cost: fullCostOf(run) }), runs);
}

/** To build a run takes as long as to search about this many states. */
const statesForBuild = 10_000;

/** In states. */
function fullCostOf(asked: Run): number {
  return statesForBuild + statesOf(asked);
}

function costOf(asked: Run): number {
  const cost = fullCostOf(asked);
  // The executable leaves those of `coveringRuns` to another test.
  return isNoticing(asked) && !coveringRuns().includes(asked) ? ifNeeded * cost : cost;
}

let sizes: ReadonlyMap<string, number> | undefined;

/** Of the last `npm run mutants`, which leaves out those with more than 150,000. */
function statesOf({ spec, run }: Run): number {
  sizes ??= new Map(readLibraryFacts().runs.map(({ scenario, kernel, states }) => [`${scenario} ${kernel}`, states]));
  return sizes.get(`${spec.name} ${run.kernel}`) ?? 150_000;
}

/**
 * The choice changes only with the library and the model: always the run with the most new names for its cost, of equal
 * ones the first. In the end those go, the costliest first, whose names the others have.
 */
function cover(show: (run: Run) => Shown, runs: readonly Run[] = libraryRuns()): readonly Run[] {
  const left = runs.map((run) => {
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
  for (const one of [...cover].sort((a, b) => b.cost - a.cost)) {
    const others = [...cover].filter((other) => other !== one);
    if ([...one.names].every((name) => others.some(({ names }) => names.has(name)))) cover.delete(one);
  }
  return left.filter((one) => cover.has(one)).map(({ run }) => run);
}
