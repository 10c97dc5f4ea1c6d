/** Random programs for actors that run at the same time. The same seed draws the same programs. */
import fc from "fast-check";
import { at } from "../../src/ir/lookup.ts";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { OperationCall } from "../../src/model/scenario/scenario.ts";
import { programArbitrary } from "../conform/draw.ts";
import { properSteps } from "../conform/proper.ts";
import { handlerName } from "../conform/setups.ts";
import type { LabSetup, LabStep } from "../lab-program.ts";
import { type ActorRun, type ActorsProgram, stepsOf, textOfStep } from "./actors-program.ts";
import { callsOf, companionName, narrowed } from "./actors-setups.ts";

/** How often an operation is drawn; half of all are accesses, which fault, and half are what can meet a fault. */
const weights: Partial<Record<OperationName, number>> = {
  store: 10,
  load: 8,
  atomic_add: 2,
  atomic: 14,
  device_load: 5,
  device_store: 7,
  fork: 14,
  madvise_dontneed: 8,
  reclaim: 10,
  migrate: 10,
  mprotect_read: 6,
  mprotect_write: 4,
  clear_refs: 6,
  uffd_wp: 8,
  uffd_resolve: 4,
  madvise_free: 6,
  truncate: 10,
  mremap: 6,
  munmap: 4,
  mlock: 3,
  munlock: 2,
  collapse: 12,
  uffd_move: 14,
  pagemap_scan: 8,
  punch_hole: 8,
  get: 5,
  put: 3,
  pin: 5,
  dma_store: 3,
  unpin: 3,
  exit: 4,
};

/** Operations that do not run together with others, and why. */
export const runsAlone: readonly { readonly operation: OperationName; readonly because: string }[] = [
  { operation: "ksm_merge", because: "ksmd tries again for as long as the file asks it to, and the model tries once" },
  { operation: "evict_from_device", because: "one call evicts all pages of the device, and the model one page" },
  { operation: "oom_reap", because: "the guest stops the process before it reaps the memory" },
];

const mostAlone = 5;
const longest = 2;
/** So many operations are drawn for those that run together, because most have no place there. */
const spares = 60;
/** Programs whose operations may be on both pages: one in this many. */
const wideOnceIn = 4;

export function actorsArbitrary(setup: LabSetup, actors: number): fc.Arbitrary<ActorsProgram> {
  return fc
    .record({ length: fc.integer({ min: 0, max: mostAlone }), wide: fc.integer({ min: 1, max: wideOnceIn }) })
    .chain(({ length, wide }) => {
      const from = wide === wideOnceIn ? setup : narrowed(setup);
      const choices = stepsIn(from).map((step) => ({
        weight: weights[step.call.operation as OperationName] ?? 1,
        arbitrary: fc.constant(step),
      }));
      return fc.record({
        prefix: programArbitrary(withoutCompanion(from), length),
        drawn: fc.array(fc.oneof(...choices), { minLength: spares, maxLength: spares }),
        lengths: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.constant(longest)), {
          minLength: actors,
          maxLength: actors,
        }),
      });
    })
    .map(({ prefix, drawn, lengths }) => ({
      setup,
      prefix: prefix.steps,
      together: choose(setup, prefix.steps, drawn, lengths),
    }));
}

/** `count` programs; those in which too few actors found something to do are left out. */
export function drawActors(
  setup: LabSetup,
  { seed, count, actors }: { readonly seed: number; readonly count: number; readonly actors: number },
): readonly ActorsProgram[] {
  return fc
    .sample(actorsArbitrary(setup, actors), { seed, numRuns: count })
    .filter(({ together }) => together.length === actors);
}

function stepsIn({ scenario }: LabSetup): readonly LabStep[] {
  return scenario.actors
    .filter(({ name }) => name !== handlerName)
    .flatMap(({ name, run }) => run.flatMap(callsOf).map((call) => ({ actor: name, call })))
    .filter(({ call }) => runsAlone.every(({ operation }) => operation !== call.operation));
}

function withoutCompanion({ scenario, ...setup }: LabSetup): LabSetup {
  return {
    ...setup,
    scenario: { ...scenario, actors: scenario.actors.filter((actor) => actor.name !== companionName) },
  };
}

/** Gives the first actors that are drawn as many operations as `lengths` says. */
function choose(
  setup: LabSetup,
  prefix: readonly LabStep[],
  drawn: readonly LabStep[],
  lengths: readonly number[],
): readonly ActorRun[] {
  let together: readonly ActorRun[] = [];
  for (const { actor, call } of drawn) {
    const own = together.find((run) => run.actor === actor);
    if (own === undefined && together.length === lengths.length) continue;
    const position = own === undefined ? together.length : together.indexOf(own);
    const calls = [...(own?.calls ?? []), call];
    if (calls.length > at(lengths, position)) continue;
    const grown = [...together.slice(0, position), { actor, calls }, ...together.slice(position + 1)];
    if (isProperTogether({ setup, prefix, together: grown })) together = grown;
  }
  return together;
}

/** Whether these operations may run together after the prefix. Each actor's own must be useful without the others. */
export function isProperTogether({ setup, prefix, together }: ActorsProgram): boolean {
  const isProper = (steps: readonly LabStep[]) =>
    properSteps({ setup, steps }, (position) => position < prefix.length).length === steps.length;
  if (!isProper(prefix)) return false;
  for (const { actor, calls } of together) {
    if (new Set(calls.map((call) => textOfStep({ actor, call }))).size < calls.length) return false;
    if (!isProper([...prefix, ...calls.map((call) => ({ actor, call }))])) return false;
    if (calls.slice(0, -1).some(({ operation }) => operation === "exit")) return false;
  }
  const named = (...names: readonly OperationName[]): readonly OperationCall[] =>
    stepsOf(together).flatMap(({ call }) => (names.some((name) => name === call.operation) ? [call] : []));
  // The guest looks in its notes whether the destination is free.
  return named("mremap", "munmap").length <= 1;
}
