/** The procedures of the model, found by recording a scenario that uses all of it. */
import type { Program } from "../ir/program.ts";
import { operationCatalogue } from "../model/operation-catalogue.ts";
import { type ActorSpec, driverNames, type OperationCall, type Scenario } from "../model/scenario.ts";
import { featuresOf, kernelVersions } from "../model/versions.ts";
import type { Host } from "./host.ts";

export interface ProcedureItem {
  readonly name: string;
  readonly sentence: string;
  readonly file: string;
  readonly steps: readonly { readonly label: string; readonly note: string }[];
  readonly [detail: string]: unknown;
}

export function listProcedures(buildModel: Host["buildModel"]): readonly ProcedureItem[] {
  const found = new Map<string, { file: string; steps: Map<string, string> }>();
  for (const kernel of kernelVersions) {
    for (const scenario of scenariosOfEverything()) {
      const { program } = buildModel(scenario, featuresOf(kernel, { with: [], without: [] }));
      collect(program, found);
    }
  }
  return [...found]
    .map(([name, { file, steps }]) => ({
      name,
      sentence: file,
      file,
      steps: [...steps].map(([label, note]) => ({ label, note })),
    }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.name < b.name ? -1 : 1));
}

function collect({ locations }: Program, into: Map<string, { file: string; steps: Map<string, string> }>): void {
  for (const { procedure, source, label, note, body } of locations) {
    if (body.length === 0) continue;
    const known = into.get(procedure) ?? { file: source.file, steps: new Map<string, string>() };
    into.set(procedure, known);
    known.steps.set(label, note);
  }
}

/** One for each driver, with an actor for each operation. */
function scenariosOfEverything(): readonly Scenario[] {
  const anonymous = { name: "buf", pages: 2, flags: ["read", "write"], backing: "anonymous", folio: 2 } as const;
  const file = { name: "file", pages: 1, flags: ["read", "write"], backing: "private-file", folio: 1 } as const;
  return driverNames.map((driver): Scenario => {
    const actors = operationCatalogue.map(({ name, by, target }): ActorSpec => {
      const vma = name === "truncate" ? file.name : anonymous.name;
      const call: OperationCall = {
        operation: name,
        target:
          target === "process" ? { kind: "process", process: "child" } : { kind: "pages", vma, first: 0, count: 1 },
      };
      const device = by === "engine" ? "gpu" : undefined;
      return { name: `do_${name}`, kind: by, process: "parent", device, run: [{ kind: "operation", call }] };
    });
    return {
      system: {
        pages: 2,
        swap: 1,
        memory: "enough",
        processes: [
          { name: "parent", vmas: [anonymous, file], forkedFrom: undefined },
          { name: "child", vmas: [anonymous, file], forkedFrom: "parent" },
        ],
        devices: [{ name: "gpu", driver }],
      },
      initially: [],
      actors,
    };
  });
}
