/** A disagreement as a scenario file, and both views of it side by side. */
import { buildModel } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { targetText, textOf } from "../../src/model/operations.ts";
import type { OperationCall, ProcessSpec, ProgramItem, Scenario } from "../../src/model/scenario/scenario.ts";
import { ScenarioError } from "../../src/model/scenario/scenario-error.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { RawActor, RawOperation, RawProgramItem, RawSpec, RawVma } from "../../src/spec/raw-spec.ts";
import type { FeatureChanges } from "../../src/spec/spec.ts";
import type { LabProgram } from "../lab-program.ts";
import type { Disagreement } from "./compare.ts";
import { featuresIn } from "./setup-features.ts";
import { handlerName } from "./setups.ts";

/** A kernel of the laboratory in terms of the model. */
export interface KernelRow {
  /** For people: `Linux 6.12`. */
  readonly title: string;
  readonly row: KernelVersion;
  readonly changes: Pick<FeatureChanges, "with" | "without">;
}

/**
 * All steps but the last have happened before (`initially`), and the last one runs. A step that waits for userspace
 * cannot be in `initially`. Then it runs too, with all that follow, beside the handler that wakes it; the file does not
 * keep the order of different actors there.
 */
export function scenarioText(name: string, program: LabProgram, disagreement: Disagreement, kernel: KernelRow): string {
  const text = textWith(name, program, disagreement.at, kernel);
  const waits = waitingStep(text, kernel);
  return waits === undefined ? text : textWith(name, program, waits, kernel);
}

/** The step of `initially` that waits for ever when it runs alone. */
function waitingStep(text: string, { row, changes }: KernelRow): number | undefined {
  try {
    buildModel(parseSpec(text, "a disagreement").scenario, featuresOf(row, changes));
    return undefined;
  } catch (error) {
    if (error instanceof ScenarioError) return error.position;
    throw error;
  }
}

/** `first`: the first step that is not in `initially`. */
function textWith(name: string, { setup, steps }: LabProgram, first: number, kernel: KernelRow): string {
  const { scenario } = setup;
  const before = steps.slice(0, first);
  const running = steps.slice(first);
  const needsHandler = running.length > 1;
  const actors = scenario.actors.flatMap(({ name: actor, process, device, run }): [string, RawActor][] => {
    const own = running.filter((step) => step.actor === actor).map(({ call }): RawProgramItem => rawOperation(call));
    if (actor === handlerName && needsHandler) own.push({ any: callsOf(run).map(rawOperation), times: running.length });
    if (own.length === 0 && before.every((step) => step.actor !== actor)) return [];
    return [[actor, { process, ...(device === undefined ? {} : { device }), run: own }]];
  });
  const { without } = kernel.changes;
  const added = [...featuresIn(setup, kernel.changes.with)];
  const spec: RawSpec = {
    name,
    description: `${kernel.title} and the model differ after the last operation. ${name}.md has both views.`,
    kernels: { [kernel.row]: "unknown" },
    ...(added.length > 0 ? { with: added } : {}),
    ...(without.length > 0 ? { without } : {}),
    system: systemOf(scenario),
    ...(before.length > 0 ? { initially: before.map(({ actor, call }) => ({ actor, ...rawOperation(call) })) } : {}),
    actors: Object.fromEntries(actors),
  };
  return `${JSON.stringify(spec, undefined, 2)}\n`;
}

function callsOf(run: readonly ProgramItem[]): readonly OperationCall[] {
  return run.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls));
}

function systemOf({ system }: Scenario): RawSpec["system"] {
  const roots = system.processes.filter(({ forkedFrom }) => forkedFrom === undefined);
  return {
    pages: system.pages,
    swap: system.swap,
    ...(system.synchronousSwap === true ? { synchronousSwap: true } : {}),
    processes: Object.fromEntries(roots.map((process) => [process.name, { vmas: vmasOf(process) }])),
    devices: Object.fromEntries(
      system.devices.map(({ name, driver, memory }) => [name, { driver, ...(memory > 0 ? { memory } : {}) }]),
    ),
  };
}

function vmasOf({ vmas }: ProcessSpec): Readonly<Record<string, RawVma>> {
  return Object.fromEntries(
    vmas.map(({ name, pages, backing, folio, pmdMapped, userfaultfd }) => [
      name,
      {
        pages,
        backing,
        folio,
        ...(pmdMapped ? { pmdMapped } : {}),
        ...(userfaultfd === undefined ? {} : { userfaultfd }),
      },
    ]),
  );
}

function rawOperation(call: OperationCall): RawOperation {
  return { [call.operation]: targetText(call), ...call.attributes };
}

/** Markdown: the program, and what the kernel shows beside what the model allows. */
export function bothViews(name: string, program: LabProgram, disagreement: Disagreement, kernel: KernelRow): string {
  const steps = program.steps.map(({ actor, call }, index) => `${index + 1}. ${actor}: ${textOf(call)}`);
  const tables = disagreement.nearest.map((differences) =>
    [
      `| field | ${kernel.title} | model |`,
      "| --- | --- | --- |",
      ...differences.map(
        ({ field, kernel: seen, model }) => `| ${field} | ${seen ?? "missing"} | ${model ?? "missing"} |`,
      ),
    ].join("\n"),
  );
  const which =
    tables.length === 1
      ? "The model allows one outcome that is nearest to what the kernel shows. They differ here:"
      : `The model allows ${tables.length} outcomes that are equally near to what the kernel shows. They differ here:`;
  return [
    `# ${name}`,
    `Setup \`${program.setup.name}\`, row ${kernel.row}.`,
    steps.join("\n"),
    which,
    ...tables,
    "",
  ].join("\n\n");
}
