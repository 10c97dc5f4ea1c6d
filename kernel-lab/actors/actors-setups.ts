/** The setups of `conform` with a second thread in `app`, so that a fault can meet a system call of the same process. */
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { ActorSpec, OperationCall, ProgramItem } from "../../src/model/scenario/scenario.ts";
import { setups } from "../conform/setups.ts";
import type { LabSetup } from "../lab-program.ts";

export const companionName = "companion";
const mainName = "main";

/** What only one thread of a process may run, because the guest keeps its notes of it for the whole process. */
const ofMainAlone: readonly OperationName[] = [
  "fork",
  "mremap",
  "pin",
  "dma_store",
  "dma_load",
  "unpin",
  "get",
  "put",
  "ksm_merge",
];

/** Setups that only `conform` runs, and why. */
export const oneAfterTheOther: readonly { readonly setup: string; readonly because: string }[] = [
  { setup: "pins-for-reading", because: "the kernel's test of pins holds one pin at a time, for all processes" },
  { setup: "failing-memory", because: "each repetition takes pages out of use for ever" },
  { setup: "reaped", because: "the guest holds the process before it reaps its memory" },
  {
    setup: "device-memory",
    because: "how a move to a device ends depends on the driver's page table after it, which another actor may change",
  },
  ...[
    ...["huge", "huge-userfaultfd", "huge-device-memory", "huge-locked"],
    ...["huge-swapped", "huge-given-up", "huge-failing-memory"],
  ].map((setup) => ({
    setup,
    because: "a store has to come first, and the guest moves pages only after it has looked for exclusive ones",
  })),
  { setup: "collapsed-swapped", because: "without its moves and without reclaim it is the setup collapsed" },
  { setup: "collapsed-device-memory", because: "as device-memory" },
  { setup: "collapsed-failing-memory", because: "as failing-memory" },
];

/** Of memory that a PMD can map: the guest looks at it before these begin. */
const ofPmdAlone: readonly OperationName[] = ["migrate", "reclaim"];

export const actorsSetups: readonly LabSetup[] = setups
  .filter(({ name }) => oneAfterTheOther.every(({ setup }) => setup !== name))
  .map((setup) => (isOfOnePmd(setup) ? narrowed(withoutCalls(setup, ofPmdAlone)) : setup))
  .map(({ scenario, ...setup }) => ({
    ...setup,
    scenario: { ...scenario, actors: scenario.actors.flatMap((actor) => [actor, ...companionOf(actor)]) },
  }));

/** The guest does to 511 pages, one after the other, what the model does to the second page at once. */
function isOfOnePmd({ scenario }: LabSetup): boolean {
  return scenario.system.processes.some(({ vmas }) => vmas.some(({ pmdMapped }) => pmdMapped));
}

function companionOf(main: ActorSpec): readonly ActorSpec[] {
  if (main.name !== mainName) return [];
  const isShared = ({ operation }: OperationCall) => ofMainAlone.every((name) => name !== operation);
  return [{ ...main, name: companionName, run: main.run.filter((item) => callsOf(item).every(isShared)) }];
}

export function callsOf(item: ProgramItem): readonly OperationCall[] {
  return item.kind === "operation" ? [item.call] : item.calls;
}

/** The same setup with operations on the first page of each VMA only. Such programs meet on the same page. */
export function narrowed(setup: LabSetup): LabSetup {
  return withCalls(setup, ({ target }) => target.kind !== "pages" || target.count > 1 || target.first === 0);
}

function withoutCalls(setup: LabSetup, operations: readonly OperationName[]): LabSetup {
  return withCalls(setup, ({ operation }) => operations.every((name) => name !== operation));
}

function withCalls({ scenario, ...setup }: LabSetup, keeps: (call: OperationCall) => boolean): LabSetup {
  const actors = scenario.actors.map((actor) => ({
    ...actor,
    run: actor.run.filter((item) => callsOf(item).every(keeps)),
  }));
  return { ...setup, scenario: { ...scenario, actors } };
}
