/** `exclusive-check explain <name>`: explains a property, an operation, a procedure or a feature, with its steps. */
import { usageError } from "../../diagnostics/usage-error.ts";
import { effectsByStep } from "../../edits/procedure-effects.ts";
import { hintForStep } from "../../edits/unknown-step.ts";
import type { StepNode } from "../../ir/recorder.ts";
import { type FeatureName, features, featuresOf } from "../../model/features/catalogue.ts";
import { type Feature, kernelsInWords, kernelsWith } from "../../model/features/feature.ts";
import { frameOf, listProcedures, type ProcedureItem } from "../../model/procedures.ts";
import { scenariosOfEverything } from "../../model/scenario/everything.ts";
import { type OperationEntry, operationCatalogue } from "../../model/scenario/operation-catalogue.ts";
import { type KernelVersion, newestRelease } from "../../model/versions/rows.ts";
import { builtInProperties } from "../../properties/built-in/built-in-properties.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import { paragraph } from "../../text/paragraph.ts";
import { typedCommand } from "../../text/typed-command.ts";
import { readLibraryFacts } from "../../why/read-library-facts.ts";
import { explainProperty } from "../help/explain-property.ts";
import type { ExplainOptions } from "../options/help-options.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { explainProcedure } from "./explain-procedure.ts";
import { scenarioNamed } from "./find-specs.ts";
import { tellKernels } from "./tell-kernels.ts";

type Lines = readonly string[];

/** Looks for procedures only if nothing else has the name, because finding them all takes a while. */
export function explainCommand(name: string, { kernel: asked }: ExplainOptions, host: Host): void {
  const choice = asked ?? { kernel: newestRelease };
  const { kernel } = choice;
  tellKernels([choice], host.stderr);
  const named = (things: readonly Thing[]) => things.filter((thing) => thing.name === name);
  const listed = listedThings();
  const found = named(listed);
  const items = found.length > 0 ? [] : listProcedures(host.outlineOperations);
  const procedures = procedureThings(items, host, asked?.kernel);
  const explanations = [...found, ...named(procedures)].map(({ explain }) => explain(kernel, host));
  if (explanations.length === 0) {
    throw usageError(
      `there is no property, operation, procedure or feature ${JSON.stringify(name)}`,
      hintForStep(name, items) ??
        hintFor(
          name,
          [...listed, ...procedures].map((thing) => thing.name),
        ),
    );
  }
  host.stdout.write(explanations.map((lines) => lines.map((line) => `${line.trimEnd()}\n`).join("")).join("\n"));
}

/** What the name stands for if it is a kernel or a scenario; otherwise the nearest name. */
function hintFor(name: string, names: readonly string[]): string {
  if (/^v?\d/.test(name)) return `\`${typedCommand("list kernels")}\` explains the kernels`;
  const scenario = scenarioNamed(name);
  if (scenario !== undefined) return `\`${typedCommand(`why ${scenario}`)}\` says what each line is there for in it`;
  const meant = didYouMean(name, names);
  return meant === undefined
    ? `\`${typedCommand("list properties|operations|procedures|features")}\` lists them`
    : `did you mean ${meant}?`;
}

interface Thing {
  readonly name: string;
  readonly explain: (kernel: KernelVersion, host: Host) => Lines;
}

function listedThings(): readonly Thing[] {
  return [
    ...builtInProperties.map((property) => ({ name: property.name, explain: () => explainProperty(property) })),
    ...operationCatalogue.map((operation) => ({
      name: operation.name,
      explain: (kernel: KernelVersion, host: Host) => explainOperation(operation, kernel, host),
    })),
    ...features.map((feature) => ({
      name: feature.name,
      explain: (_: KernelVersion, host: Host) => explainFeature(feature, host),
    })),
  ];
}

function procedureThings(
  procedures: readonly ProcedureItem[],
  { outlineOperations }: Host,
  asked: KernelVersion | undefined,
): readonly Thing[] {
  return procedures.map((procedure) => ({
    name: procedure.name,
    explain: () =>
      explainProcedure(
        procedure,
        effectsByStep(procedure.name, outlineOperations, asked && [asked]),
        readLibraryFacts().lines,
        asked,
      ),
  }));
}

/** The steps of an actor that runs only this operation, each at its first place. */
function explainOperation({ name, by, target, sentence }: OperationEntry, kernel: KernelVersion, host: Host): Lines {
  const example = JSON.stringify({ [name]: targetExamples[target] });
  const featureSet = featuresOf(kernel, unchanged);
  let own: readonly StepNode[] | undefined;
  for (const scenario of scenariosOfEverything()) own ??= host.outlineOperations(scenario, featureSet, name).get(name);
  return [
    `${name}: an operation of ${by === "engine" ? "an engine of a device" : "a thread"}`,
    ...paragraph(sentence, "  "),
    "",
    `  In a scenario: ${example}`,
    "",
    `  Its steps on ${kernel}:`,
    ...stepsInOrder(own ?? []),
  ];
}

const targetExamples = {
  page: "buf[0]",
  pages: "buf",
  vma: "buf",
  process: "child",
  self: "parent",
  move: "buf -> spare",
  "page-move": "buf[0] -> spare[0]",
} as const;

const unchanged = { with: [], without: [] };

function stepsInOrder(steps: readonly StepNode[]): Lines {
  const shown = new Set<string>();
  const lines: string[] = [];
  let last: string | undefined;
  for (const step of steps) {
    const { procedure, source } = frameOf(step);
    const key = JSON.stringify([procedure, step.label]);
    if (shown.has(key)) continue;
    shown.add(key);
    const indent = "  ".repeat(Math.min(step.stack.length, 8) + 1);
    if (procedure !== last) lines.push(`${indent}${procedure} (${source.file})`);
    last = procedure;
    lines.push(...paragraph(`${step.label} - ${step.note}`, `${indent}      `, `${indent}  `));
  }
  return lines;
}

function explainFeature(feature: Feature<FeatureName>, host: Host): Lines {
  const { name, sentence, source } = feature;
  const kernel = kernelsWith(feature).at(-1) ?? newestRelease;
  const [off, on] = [
    { with: [], without: [name] },
    { with: [name], without: [] },
  ].map((changes) => stepNames(kernel, changes, host));
  const only = (these: ReadonlySet<string> | undefined, others: ReadonlySet<string> | undefined): readonly string[] =>
    [...(these ?? [])].filter((step) => others?.has(step) !== true);
  return [
    `${name}: a feature of ${kernelsInWords(feature)}`,
    ...paragraph(sentence, "  "),
    ...paragraph(`Source: ${source}`, "  "),
    "",
    ...stepList(`  Steps that ${kernel} has only with it:`, only(on, off)),
    ...stepList(`  Steps that ${kernel} has only without it:`, only(off, on)),
  ];
}

function stepList(title: string, steps: readonly string[]): Lines {
  return steps.length === 0
    ? [`${title} none (but steps with the same name may differ)`]
    : [title, ...steps.map((step) => `    ${step}`)];
}

function stepNames(
  kernel: KernelVersion,
  changes: { readonly with: readonly FeatureName[]; readonly without: readonly FeatureName[] },
  { outlineOperations }: Host,
): ReadonlySet<string> {
  const recorded = scenariosOfEverything().flatMap((scenario) => [
    ...outlineOperations(scenario, featuresOf(kernel, changes)).values(),
  ]);
  return new Set(recorded.flat().map((step) => `${frameOf(step).procedure}: ${step.label}`));
}
