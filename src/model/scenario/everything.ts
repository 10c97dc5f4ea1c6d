/** Scenarios that together use all of the model. What records them meets every procedure and every step. */
import { type DriverName, driverNames } from "./drivers.ts";
import { type OperationEntry, onlyFiles, operationCatalogue } from "./operation-catalogue.ts";
import type {
  ActorSpec,
  CallAttributes,
  OperationCall,
  OperationTarget,
  Scenario,
  UserfaultfdMode,
} from "./scenario.ts";

/**
 * Every operation, with single pages and with folios of two pages, and each driver with every callback. There are two
 * actors of each kind, so that steps that concern other actors appear too. There are only two,
 * because a step that does something for every actor takes longer to record with each further actor. The second one does
 * only what the first one cannot.
 */
export function scenariosOfEverything(): readonly Scenario[] {
  return [
    scenarioOf("nouveau", 1, ({ name }) => !["pagemap_scan", "uffd_move", "collapse"].includes(name)),
    scenarioOf("nouveau", 2, ({ name }) => !["ksm_merge", "pagemap_scan", "uffd_move"].includes(name)),
    scenarioOf("nouveau", 1, ({ name }) => reachMoves.includes(name)),
    scenarioOf("nouveau", 1, ({ name }) => reachMarkers.includes(name), { userfaultfd: "async" }),
    ...[1, 2].map((count) =>
      scenarioOf("nouveau", 2, ({ name }) => changesTables.includes(name), { userfaultfd: "async", count }),
    ),
    ...driverNames.map((driver) =>
      scenarioOf(driver, 1, ({ name, by }) => by === "engine" || reachDrivers.includes(name)),
    ),
  ];
}

/** Drivers are called by an invalidation, by an invalidation that must not wait, and at the end of an address space. */
const reachDrivers: readonly string[] = ["munmap", "oom_reap", "exit"];

/** What moves single pages, and what meets such a move. */
const reachMoves: readonly string[] = ["uffd_move", "load", "store", "reclaim", "migrate", "exit", "device_load"];

/** In a VMA with asynchronous write protection, what leaves markers, and what meets them. */
const reachMarkers: readonly string[] = [
  "load",
  "store",
  "uffd_wp",
  "uffd_resolve",
  "pagemap_scan",
  "mremap",
  "device_load",
];

/** In a VMA with asynchronous write protection that a PMD may map, what changes a PMD or a page table, and a device. */
const changesTables: readonly string[] = ["store", "uffd_wp", "pagemap_scan", "madvise_dontneed", "device_load"];

interface Memory {
  readonly userfaultfd?: UserfaultfdMode;
  /** On how many pages of the VMA an operation works that can take any number. */
  readonly count?: number;
}

function scenarioOf(
  driver: DriverName,
  folio: 1 | 2,
  takes: (operation: OperationEntry) => boolean,
  { userfaultfd = "sync", count = 1 }: Memory = {},
): Scenario {
  const flags = ["read", "write"] as const;
  const anonymous = {
    name: "buf",
    pages: 2,
    flags,
    backing: "anonymous",
    folio,
    pmdMapped: folio === 2,
    userfaultfd,
  } as const;
  const spare = { ...anonymous, name: "spare" };
  const file = { name: "file", pages: 2, flags, backing: "private-file", folio: 1, pmdMapped: false } as const;
  const vmas = [anonymous, spare, file];
  return {
    system: {
      pages: 2,
      swap: 2,
      synchronousSwap: true,
      memory: "may-fail",
      processes: [
        { name: "parent", vmas, forkedFrom: undefined },
        { name: "child", vmas, forkedFrom: "parent" },
      ],
      devices: [{ name: "gpu", driver, memory: 1 }],
    },
    initially: [],
    actors: (["thread", "engine"] as const).flatMap((kind) => {
      const device = kind === "engine" ? "gpu" : undefined;
      const operations: readonly OperationEntry[] = operationCatalogue;
      const own = operations.filter((operation) => operation.by === kind && takes(operation));
      const actorThat = (name: string, attributes: CallAttributes, does: readonly OperationEntry[]): ActorSpec => {
        const calls = does.flatMap((operation) =>
          variantsOf(operation, attributes, operation.target === "pages" ? count : 1),
        );
        const run = calls.length > 0 ? [{ kind: "any", calls, times: 1 } as const] : [];
        return { name, kind, process: "parent", device, run };
      };
      // An actor pins for one purpose, so the other one pins for another.
      const pins = own.filter(({ attributes = [] }) => attributes.includes("for"));
      return [actorThat(kind, {}, own), actorThat(`other ${kind}`, { for: "reading" }, pins)];
    }),
  };
}

/** The calls of an operation: with those of the given attributes that it can have, also fast if it can be. */
function variantsOf(
  { name, target, attributes = [] }: OperationEntry,
  wanted: CallAttributes,
  count: number,
): readonly OperationCall[] {
  const call = { operation: name, target: targetOf(name, target, count) };
  const own = attributes.includes("for") ? wanted : {};
  return [
    { ...call, attributes: own },
    ...(attributes.includes("fast") ? [{ ...call, attributes: { ...own, fast: true } } as const] : []),
  ];
}

function targetOf(operation: string, target: OperationEntry["target"], count: number): OperationTarget {
  if (target === "move") return { kind: "move", from: "buf", to: "spare" };
  if (target === "page-move")
    return { kind: "page-move", from: { vma: "buf", page: 0 }, to: { vma: "spare", page: 0 } };
  if (target === "process" || target === "self")
    return { kind: "process", process: target === "self" ? "parent" : "child" };
  const vma = onlyFiles.includes(operation) ? "file" : "buf";
  return { kind: "pages", vma, first: 0, count: target === "vma" ? 2 : count };
}
