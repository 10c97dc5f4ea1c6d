/** Random programs. The same seed draws the same programs. */
import fc from "fast-check";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { LabProgram, LabSetup, LabStep } from "../lab-program.ts";
import { properSteps } from "./proper.ts";

/**
 * How often an operation is drawn, in comparison with one of weight 1. Most weight has what makes a page exclusive,
 * shared or swapped out, and what uses it then; little has what ends the use of memory.
 */
const weights: Partial<Record<OperationName, number>> = {
  store: 6,
  load: 4,
  atomic_add: 1,
  atomic: 8,
  migrate_to_device: 8,
  evict_from_device: 8,
  device_load: 3,
  device_store: 3,
  fork: 12,
  reclaim: 8,
  migrate: 3,
  uffd_wp: 6,
  uffd_resolve: 3,
  pagemap_scan: 8,
  uffd_move: 16,
  mlock: 6,
  munlock: 4,
  mremap: 8,
  mprotect_read: 4,
  mprotect_write: 6,
  madvise_dontneed: 2,
  madvise_free: 3,
  clear_refs: 6,
  ksm_merge: 12,
  collapse: 20,
  memory_failure: 6,
  oom_reap: 1,
  pin: 5,
  dma_store: 5,
  dma_load: 4,
  unpin: 5,
  get: 8,
  put: 5,
  truncate: 2,
  punch_hole: 8,
  munmap: 1,
  exit: 2,
};

/** A step whose memory is somewhere else stays in the program once in this many times. */
const idleOnceIn = 12;
/** So many steps are drawn for each that is wanted, because some have no place in the program. */
const spares = 6;

interface Drawn {
  readonly step: LabStep;
  readonly whim: number;
}

/** Programs of `length` steps, or of a few less. */
export function programArbitrary(setup: LabSetup, length: number): fc.Arbitrary<LabProgram> {
  const choices = setup.scenario.actors.flatMap((actor) =>
    actor.run
      .flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls))
      .map((call) => ({
        weight: weights[call.operation as OperationName] ?? 1,
        arbitrary: fc.constant<LabStep>({ actor: actor.name, call }),
      })),
  );
  const drawn: fc.Arbitrary<Drawn> = fc.record({
    step: fc.oneof(...choices),
    whim: fc.integer({ min: 0, max: idleOnceIn - 1 }),
  });
  const many = spares * length;
  return fc.array(drawn, { minLength: many, maxLength: many }).map((all) => ({
    setup,
    steps: properSteps({ setup, steps: all.map(({ step }) => step) }, (position) => all[position]?.whim === 0).slice(
      0,
      length,
    ),
  }));
}

/** `count` programs. */
export function drawPrograms(
  setup: LabSetup,
  { seed, count, length }: { readonly seed: number; readonly count: number; readonly length: number },
): readonly LabProgram[] {
  return fc.sample(programArbitrary(setup, length), { seed, numRuns: count });
}
