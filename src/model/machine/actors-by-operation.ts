/** The actors of a scenario, by the operations that they run. State that only some operations use is declared for them. */
import { at } from "../../ir/lookup.ts";
import type { OperationName } from "../scenario/operation-catalogue.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Machine, ThreadInfo } from "./machine.ts";

/**
 * These operations never leave an entry write-protected whose page a write fault could copy while another CPU still
 * writes to it: they empty the entry, or flush the TLBs in the same critical section.
 */
const writeProtectsNothing: ReadonlySet<string> = new Set<OperationName>([
  "load",
  "store",
  "atomic_add",
  "munmap",
  "madvise_dontneed",
  "truncate",
  "exit",
  "oom_reap",
  "khugepaged",
  "atomic",
  "device_load",
  "device_store",
]);

type ActorsByOperation = Pick<
  Machine,
  "uses" | "threads" | "engines" | "pinners" | "armers" | "freers" | "writers" | "watchesCopies"
>;

export function actorsByOperation(scenario: Scenario): ActorsByOperation {
  const { actors, system } = scenario;
  const used = new Set(operationsOf(scenario));
  const uses = (...operations: readonly OperationName[]) => operations.some((operation) => used.has(operation));
  const mmOf = (process: string) => system.processes.findIndex(({ name }) => name === process);
  const thoseThat = (...operations: readonly OperationName[]): readonly ThreadInfo[] =>
    actors.flatMap(({ process }, actor) =>
      operationsOf(scenario, actor).some((name) => operations.includes(name as OperationName))
        ? [{ actor, mm: mmOf(process) }]
        : [],
    );
  return {
    uses,
    // Only a thread that loads or stores needs a TLB.
    threads: thoseThat("load", "store", "atomic_add").filter(({ actor }) => at(actors, actor).kind === "thread"),
    engines: actors.flatMap(({ kind, process, device }, actor) =>
      kind === "engine"
        ? [{ actor, mm: mmOf(process), device: system.devices.findIndex(({ name }) => name === device) }]
        : [],
    ),
    pinners: thoseThat("pin", "dma_store", "unpin"),
    armers: thoseThat("uffd_wp"),
    freers: thoseThat("madvise_free"),
    writers: uses("clear_refs")
      ? thoseThat("store", "atomic_add", "pin", "mlock", "mprotect_write", "uprobe_replace", "atomic", "device_store")
      : [],
    watchesCopies: [...used].some((name) => !writeProtectsNothing.has(name)),
  };
}

/** The names of the operations that the scenario's actors run, or those that one of them runs. */
function operationsOf({ actors, initially }: Scenario, only?: number): readonly string[] {
  const chosen = only === undefined ? actors : actors.slice(only, only + 1);
  const items = chosen.flatMap(({ run }) => run);
  const calls = items.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls));
  const before = initially.filter(({ actor }) => chosen.some(({ name }) => name === actor));
  return [...calls, ...before.map(({ call }) => call)].map(({ operation }) => operation);
}
