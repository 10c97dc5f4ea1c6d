/** What the shipped scenarios show of the model: its procedures and steps, by kernel, who reaches them, with which locks. */
import { readdirSync } from "node:fs";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { prepare } from "../../src/cli/prepare.ts";
import type { Location, Program } from "../../src/ir/program.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { anonymiser } from "../library/anonymiser.ts";

export interface StepFacts {
  readonly label: string;
  readonly note: string;
  readonly kernels: Set<string>;
  readonly reachedBy: Set<string>;
  /** Locks held by the actor whenever it rests there; undefined until seen. */
  locks: ReadonlySet<string> | undefined;
}

export interface ProcedureFacts {
  readonly name: string;
  readonly file: string;
  readonly steps: Map<string, StepFacts>;
}

/** Beyond this many states a run is searched, but its locks are not looked at: that takes the slow search. */
const mostStatesForLocks = 20_000;

export async function collectFacts(): Promise<readonly ProcedureFacts[]> {
  const procedures = new Map<string, ProcedureFacts>();
  const files = readdirSync("specs")
    .filter((name) => name.endsWith(".json"))
    .sort();
  for (const file of files) {
    const spec = loadSpec(`specs/${file}`);
    for (const run of spec.kernels) {
      const { program, properties } = prepare({ buildModel }, spec, run.kernel, run);
      const checked = properties.map(({ property }) => property);
      const { transitionsOf, states } = await search(program, checked);
      const rename = anonymiser(spec.scenario);
      for (const location of program.locations) {
        if (location.body.length === 0 || location.stack.length === 0) continue;
        const step = factsOf(procedures, location, rename);
        // A kernel with lines taken away is not that kernel.
        if (run.without.length === 0 && run.with.length === 0) step.kernels.add(run.kernel);
        if (transitionsOf[location.id] !== 0) step.reachedBy.add(spec.name);
      }
      if (states <= mostStatesForLocks)
        lookAtLocks(program, (location) => factsOf(procedures, location, rename), checked);
    }
  }
  return [...procedures.values()];
}

function factsOf(
  procedures: Map<string, ProcedureFacts>,
  location: Location,
  rename: (text: string) => string,
): StepFacts {
  const { procedure, source } = location;
  const key = `${source.file} ${procedure}`;
  const facts = procedures.get(key) ?? { name: procedure, file: source.file, steps: new Map<string, StepFacts>() };
  procedures.set(key, facts);
  const label = rename(location.label);
  const step = facts.steps.get(label) ?? {
    label,
    note: location.note,
    kernels: new Set<string>(),
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

/** Locks that say who holds them. */
function lookAtLocks(
  program: Program,
  factsAt: (location: Location) => StepFacts,
  checked: Parameters<typeof referenceSearch>[1],
): void {
  const slots = program.slots.flatMap(({ name }, slot) => {
    const lock = owned.find(([pattern]) => pattern.test(name))?.[1];
    return lock === undefined ? [] : [{ slot, lock }];
  });
  const facts = program.locations.map((location) => (location.stack.length === 0 ? undefined : factsAt(location)));
  referenceSearch(program, checked, {
    onState: (state) => {
      for (const location of restingPlaces(program, state)) {
        const step = facts[location.id];
        if (step === undefined || location.body.length === 0) continue;
        const held = new Set(slots.filter(({ slot }) => state[slot] === location.actor + 1).map(({ lock }) => lock));
        step.locks = step.locks === undefined ? held : new Set([...step.locks].filter((lock) => held.has(lock)));
      }
    },
  });
}
