/** Writes docs/fidelity.md from the model and the shipped scenarios: `npm run fidelity`. */
import { writeFileSync } from "node:fs";
import { abstractions } from "../../src/model/abstractions.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import { featureReasons } from "../mutants/reasons.ts";
import { collectFacts, type ProcedureFacts, type StepFacts } from "./collect.ts";
import { unreachedReasons } from "./unreached-reasons.ts";

const procedures = await collectFacts();
const files = [...new Set(procedures.map(({ file }) => file))].sort();

writeFileSync(
  "docs/fidelity.md",
  [
    "# What the model says of the kernel",
    "",
    "Written by `npm run fidelity` from the model and the scenarios in `specs/`; do not edit. Each procedure is a function of",
    "the kernel, of a driver or of hardware, each line one atomic step. *Locks* are those that the actor holds whenever it",
    "stands before the step, as far as the lock says who holds it. `VMA[i]`, `PROCESS`, `DEVICE` and `ACTOR` stand for the",
    "scenario's names.",
    "",
    "## What is left out, and why that is sound",
    "",
    ...abstractions.flatMap(({ topic, instead, because }) => [`**${topic}.** ${instead} *Why:* ${because}`, ""]),
    "## Steps",
    "",
    ...files.flatMap((file) => [
      `### ${file === "" ? "scenario" : file}`,
      "",
      ...procedures
        .filter((procedure) => procedure.file === file)
        .sort(byName)
        .flatMap(section),
    ]),
    "## Features that change no verdict",
    "",
    "Switched off where they are on, and on where they are off, they change what no scenario finds; `npm run mutants` tries.",
    "",
    ...neutralFeatures(),
    "",
    "## Steps that no scenario reaches",
    "",
    ...unreached(),
    "",
  ].join("\n"),
);

function byName(a: ProcedureFacts, b: ProcedureFacts): number {
  return a.name < b.name ? -1 : 1;
}

function section({ name, steps }: ProcedureFacts): readonly string[] {
  const rows = [...steps.values()].map(
    (step) => `| ${step.label} | ${step.note} | ${kernelsOf(step)} | ${[...(step.locks ?? [])].sort().join(", ")} |`,
  );
  return [`#### ${name}`, "", "| step | what it does | kernels | locks |", "| --- | --- | --- | --- |", ...rows, ""];
}

function kernelsOf({ kernels }: StepFacts): string {
  if (kernels.size === kernelVersions.length) return "all";
  return kernelVersions.filter((kernel) => kernels.has(kernel)).join(", ");
}

function unreached(): readonly string[] {
  const rows = procedures.flatMap(({ name, steps }) =>
    [...steps.values()].filter(({ reachedBy }) => reachedBy.size === 0).map(({ label }) => `${name}: ${label}`),
  );
  for (const row of rows) {
    if (unreachedReasons[row] !== undefined) continue;
    console.error(`no scenario reaches ${row}, and scripts/fidelity/unreached-reasons.ts does not say why`);
    process.exitCode = 1;
  }
  if (rows.length === 0) return ["None."];
  return rows.map((row) => `- \`${row}\`: ${unreachedReasons[row] ?? "unexplained"}`);
}

function neutralFeatures(): readonly string[] {
  const rows = Object.entries(featureReasons).map(([name, reason]) => `- \`${name}\`: ${reason}`);
  return rows.length === 0 ? ["None."] : rows;
}
