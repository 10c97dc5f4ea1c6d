/** What the shipped scenarios show of the model: procedures and steps by kernel, who reaches them, with which locks. */

import { prepare } from "../../src/check/prepare.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { lastOf } from "../../src/ir/lookup.ts";
import type { Program } from "../../src/ir/program.ts";
import type { StepNode } from "../../src/ir/recorder.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import { buildModel, stepsOfStart } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { anonymiser } from "../../src/model/scenario/anonymous-labels.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import type { KernelRun, Spec } from "../../src/spec/spec.ts";
import { librarySteps } from "../library/library-steps.ts";
import { libraryRuns } from "../library/runs.ts";

export interface StepFacts {
  readonly label: string;
  readonly note: string;
  readonly kernels: Set<KernelVersion>;
  readonly reachedBy: Set<string>;
  /** Locks held by the actor whenever it rests there; undefined until seen. */
  locks: ReadonlySet<string> | undefined;
}

export interface ProcedureFacts {
  readonly name: string;
  readonly file: string;
  readonly steps: Map<string, StepFacts>;
}

/** A run with more states is searched, but its locks are not looked at, because that needs the slow search. */
const mostStatesForLocks = 20_000;

/** Adds what searches find: who reaches a step, and with which locks. Takes some minutes. */
export async function collectFacts(): Promise<readonly ProcedureFacts[]> {
  const facts = new Map<string, ProcedureFacts>();
  for (const { spec, run } of libraryRuns()) {
    const { program, properties } = prepare({ buildModel }, spec, run.kernel, run);
    const stepAt = noteSteps(facts, spec, run, program.locations);
    const checked = properties.map(({ property }) => property);
    const { transitionsOf, states } = await search(program, checked);
    for (const { id } of program.locations) if (transitionsOf[id] !== 0) stepAt[id]?.reachedBy.add(spec.name);
    if (states <= mostStatesForLocks) lookAtLocks(program, stepAt, checked);
  }
  return [...facts.values()];
}

export interface RecordedModel {
  readonly procedures: readonly ProcedureFacts[];
  /** Procedures, and steps as "procedure: label"; also the actors' own programs, which are not kernel procedures. */
  readonly names: ReadonlySet<string>;
}

/** What recording the model shows, without any search. Takes some seconds. */
export function recordModel(): RecordedModel {
  const facts = new Map<string, ProcedureFacts>();
  const names = new Set<string>();
  const seen = new Set<readonly StepNode[]>();
  for (const [{ spec, run }, steps] of librarySteps()) {
    noteSteps(facts, spec, run, steps);
    if (seen.has(steps)) continue;
    seen.add(steps);
    const rename = anonymiser(spec.scenario);
    // What only `initially` runs has no part in a search, but an edit can change it.
    for (const { stack, label } of [...stepsOfStart(spec.scenario, featuresOf(run.kernel, run)), ...steps])
      names.add(`${lastOf(stack).procedure}: ${rename(label)}`);
    for (const { stack } of steps) for (const { procedure } of stack) names.add(procedure);
  }
  return { procedures: [...facts.values()], names };
}

type Recorded = Pick<StepNode, "label" | "note" | "stack">;

/** Gives the facts about each location; undefined if the location is not a step of a procedure. */
function noteSteps(
  facts: Map<string, ProcedureFacts>,
  { scenario }: Spec,
  run: KernelRun,
  steps: readonly Recorded[],
): readonly (StepFacts | undefined)[] {
  const rename = anonymiser(scenario);
  return steps.map((recorded) => {
    if (recorded.stack.length === 0) return undefined;
    const step = factsOf(facts, recorded, rename);
    // A kernel with lines removed is not that kernel.
    if (run.without.length === 0 && run.with.length === 0) step.kernels.add(run.kernel);
    return step;
  });
}

function factsOf(
  procedures: Map<string, ProcedureFacts>,
  { stack, label: recorded, note }: Recorded,
  rename: (text: string) => string,
): StepFacts {
  const { procedure, source } = lastOf(stack);
  const key = `${source.file} ${procedure}`;
  const facts = procedures.get(key) ?? { name: procedure, file: source.file, steps: new Map<string, StepFacts>() };
  procedures.set(key, facts);
  const label = rename(recorded);
  const step = facts.steps.get(label) ?? {
    label,
    note,
    kernels: new Set<KernelVersion>(),
    reachedBy: new Set<string>(),
    locks: undefined,
  };
  facts.steps.set(label, step);
  return step;
}

const owned: readonly [variable: RegExp, lock: string][] = [
  [/^page_lock\[/, "page lock"],
  [/^ptl\[/, "PTL"],
  [/^mmap_lock\.writer\[/, "mmap lock (write)"],
  [/^driver_mutex\[/, "driver mutex"],
];

/** Locks whose value names the holder. */
function lookAtLocks(
  program: Program,
  stepAt: readonly (StepFacts | undefined)[],
  checked: Parameters<typeof referenceSearch>[1],
): void {
  const slots = program.slots.flatMap(({ name }, slot) => {
    const lock = owned.find(([pattern]) => pattern.test(name))?.[1];
    return lock === undefined ? [] : [{ slot, lock }];
  });
  referenceSearch(program, checked, {
    onState: (state) => {
      for (const location of restingPlaces(program, state)) {
        const step = stepAt[location.id];
        if (step === undefined) continue;
        const held = new Set(slots.filter(({ slot }) => state[slot] === location.actor + 1).map(({ lock }) => lock));
        step.locks = step.locks === undefined ? held : new Set([...step.locks].filter((lock) => held.has(lock)));
      }
    },
  });
}
