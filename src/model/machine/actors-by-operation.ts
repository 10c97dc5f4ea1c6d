/** The actors of a scenario, by the operations that they run. State that only some operations use is declared for them. */
import { at } from "../../ir/lookup.ts";
import { driverTraits } from "../scenario/drivers.ts";
import type { OperationName } from "../scenario/operation-catalogue.ts";
import type { ActorSpec, OperationCall, Scenario } from "../scenario/scenario.ts";
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
  "punch_hole",
  "memory_failure",
  "uffd_move",
  "exit",
  "oom_reap",
  "khugepaged",
  "collapse",
  "dma_load",
  "get",
  "put",
  "atomic",
  "device_load",
  "device_store",
]);

type ActorsByOperation = Pick<
  Machine,
  "uses" | "threads" | "engines" | "pinners" | "getters" | "forkers" | "armers" | "freers" | "writers" | "watchesCopies"
>;

export function actorsByOperation(scenario: Scenario): ActorsByOperation {
  const { actors, system } = scenario;
  const used = new Set(callsOf(scenario).map(({ operation }) => operation));
  const uses = (...operations: readonly OperationName[]) => operations.some((operation) => used.has(operation));
  const mmOf = (process: string) => system.processes.findIndex(({ name }) => name === process);
  const thoseWith = (isMeant: (call: OperationCall, actor: ActorSpec) => boolean): readonly ThreadInfo[] =>
    actors.flatMap((spec, actor) =>
      callsOf(scenario, actor).some((call) => isMeant(call, spec)) ? [{ actor, mm: mmOf(spec.process) }] : [],
    );
  const asksToWrite = (device: string | undefined) =>
    system.devices.some(({ name, driver }) => name === device && driverTraits[driver].loadsAskToWrite);
  const thoseThat = (...operations: readonly string[]) => thoseWith(({ operation }) => operations.includes(operation));
  return {
    uses,
    // Only a thread that loads or stores needs a TLB.
    threads: thoseThat("load", "store", "atomic_add").filter(({ actor }) => at(actors, actor).kind === "thread"),
    engines: actors.flatMap(({ kind, process, device }, actor) =>
      kind === "engine"
        ? [{ actor, mm: mmOf(process), device: system.devices.findIndex(({ name }) => name === device) }]
        : [],
    ),
    pinners: thoseThat("pin", "dma_store", "unpin").map((info) => ({
      ...info,
      reading: callsOf(scenario, info.actor).some(isPinForReading),
      fast: callsOf(scenario, info.actor).some(({ operation, attributes }) => operation === "pin" && attributes?.fast),
    })),
    getters: thoseThat("get", "put"),
    forkers: thoseThat("fork"),
    armers: thoseThat("uffd_wp", "pagemap_scan"),
    freers: thoseThat("madvise_free"),
    writers: uses("clear_refs")
      ? thoseWith(
          (call, { device }) =>
            (writing.has(call.operation) && !isPinForReading(call)) ||
            (call.operation === "device_load" && asksToWrite(device)),
        )
      : [],
    watchesCopies: [...used].some((name) => !writeProtectsNothing.has(name)),
  };
}

/** Operations that write to a page, or fault it in as a write does. */
const writing: ReadonlySet<string> = new Set<OperationName>([
  "store",
  "atomic_add",
  "pin",
  "mlock",
  "mprotect_write",
  "uprobe_replace",
  "atomic",
  "device_store",
]);

function isPinForReading({ operation, attributes }: OperationCall): boolean {
  return operation === "pin" && attributes?.for === "reading";
}

/** What the scenario's actors run, or what one of them runs. */
function callsOf({ actors, initially }: Scenario, only?: number): readonly OperationCall[] {
  const chosen = only === undefined ? actors : actors.slice(only, only + 1);
  const items = chosen.flatMap(({ run }) => run);
  const calls = items.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls));
  const before = initially.filter(({ actor }) => chosen.some(({ name }) => name === actor));
  return [...calls, ...before.map(({ call }) => call)];
}
