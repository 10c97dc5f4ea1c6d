/** The procedures of the model, found by recording a scenario that uses all of it. */
import type { Frame } from "../../ir/program.ts";
import type { StepNode } from "../../ir/recorder.ts";
import { featuresOf } from "../../model/features/catalogue.ts";
import { type DriverName, driverNames } from "../../model/scenario/drivers.ts";
import {
  type OperationEntry,
  onlyFiles,
  onlySinglePages,
  operationCatalogue,
} from "../../model/scenario/operation-catalogue.ts";
import type { ActorSpec, OperationCall, OperationTarget, Scenario } from "../../model/scenario/scenario.ts";
import { type KernelVersion, kernelVersions } from "../../model/versions/rows.ts";
import type { Host } from "../surroundings/surroundings.ts";

export interface ProcedureStep {
  readonly label: string;
  readonly note: string;
  /** Under which it is there. */
  readonly kernels: readonly KernelVersion[];
}

export interface ProcedureItem {
  readonly name: string;
  readonly sentence: string;
  readonly file: string;
  readonly steps: readonly ProcedureStep[];
  readonly [detail: string]: unknown;
}

export function listProcedures(outlineOperations: Host["outlineOperations"]): readonly ProcedureItem[] {
  const found: Found = new Map();
  for (const kernel of kernelVersions) {
    for (const scenario of scenariosOfEverything()) {
      const recorded = outlineOperations(scenario, featuresOf(kernel, { with: [], without: [] }));
      for (const steps of recorded.values()) collect(steps, kernel, found);
    }
  }
  return [...found]
    .map(([name, { file, steps }]) => ({
      name,
      sentence: file,
      file,
      steps: [...steps].map(([label, { note, kernels }]) => ({ label, note, kernels: [...kernels] })),
    }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.name < b.name ? -1 : 1));
}

/** By procedure, and then by label. */
type Found = Map<string, { file: string; steps: Map<string, { note: string; kernels: Set<KernelVersion> }> }>;

function collect(recorded: readonly StepNode[], kernel: KernelVersion, into: Found): void {
  for (const node of recorded) {
    const { label, note } = node;
    const { procedure, source } = frameOf(node);
    const known = into.get(procedure) ?? { file: source.file, steps: new Map() };
    into.set(procedure, known);
    const step = known.steps.get(label) ?? { note, kernels: new Set() };
    known.steps.set(label, { note, kernels: step.kernels.add(kernel) });
  }
}

/** Where the step stands. */
export function frameOf({ stack }: StepNode): Frame {
  const frame = stack.at(-1);
  if (frame === undefined) throw new Error("a step stands in no procedure");
  return frame;
}

/**
 * Every operation, with single pages and with folios of two; and each driver, wherever one is told something. There are
 * two actors of each kind, so that what one does because of others is there too, and no more, since what a step does for
 * every actor takes the longer to record the more there are.
 */
export function scenariosOfEverything(): readonly Scenario[] {
  return [
    scenarioOf("nouveau", 1, () => true),
    scenarioOf("nouveau", 2, ({ name }) => !onlySinglePages.includes(name)),
    ...driverNames.map((driver) =>
      scenarioOf(driver, 1, ({ name, by }) => by === "engine" || reachDrivers.includes(name)),
    ),
  ];
}

/** Through an invalidation, one that must not wait, and the end of an address space. */
const reachDrivers: readonly string[] = ["munmap", "oom_reap", "exit"];

function scenarioOf(driver: DriverName, folio: 1 | 2, takes: (operation: OperationEntry) => boolean): Scenario {
  const flags = ["read", "write"] as const;
  const anonymous = { name: "buf", pages: 2, flags, backing: "anonymous", folio, pmdMapped: folio === 2 } as const;
  const spare = { ...anonymous, name: "spare" };
  const file = { name: "file", pages: 2, flags, backing: "private-file", folio: 1, pmdMapped: false } as const;
  const vmas = [anonymous, spare, file];
  return {
    system: {
      pages: 2,
      swap: 1,
      memory: "may-fail",
      processes: [
        { name: "parent", vmas, forkedFrom: undefined },
        { name: "child", vmas, forkedFrom: "parent" },
      ],
      devices: [{ name: "gpu", driver }],
    },
    initially: [],
    actors: (["thread", "engine"] as const).flatMap((kind) => {
      const device = kind === "engine" ? "gpu" : undefined;
      const calls = operationCatalogue
        .filter((operation) => operation.by === kind && takes(operation))
        .map(({ name, target }): OperationCall => ({ operation: name, target: targetOf(name, target) }));
      const run = [{ kind: "any", calls, times: 1 }] as const;
      return [kind, `other ${kind}`].map((name): ActorSpec => ({ name, kind, process: "parent", device, run }));
    }),
  };
}

function targetOf(operation: string, target: OperationEntry["target"]): OperationTarget {
  if (target === "move") return { kind: "move", from: "buf", to: "spare" };
  if (target === "process" || target === "self")
    return { kind: "process", process: target === "self" ? "parent" : "child" };
  const vma = onlyFiles.includes(operation) ? "file" : "buf";
  return { kind: "pages", vma, first: 0, count: target === "vma" ? 2 : 1 };
}
