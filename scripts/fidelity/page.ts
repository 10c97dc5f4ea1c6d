/** The text of docs/fidelity.md. */
import { abstractions } from "../../src/model/abstractions.ts";
import { inRanges } from "../../src/model/versions/ranges.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import { featureReasons } from "../mutants/reasons.ts";
import type { ProcedureFacts, StepFacts } from "./collect.ts";
import { unreachedReasons } from "./unreached-reasons.ts";

export function fidelityPage(procedures: readonly ProcedureFacts[]): string {
  const files = [...new Set(procedures.map(({ file }) => file))].sort();
  return [
    "# What the model says of the kernel",
    "",
    "`npm run fidelity` writes this page from the model and the scenarios in `specs/`; do not edit it. Each procedure is a",
    "function of the kernel, of a driver or of hardware, and each line is one atomic step. *Locks* are those that the actor",
    "always holds before the step; only locks that record their holder are listed. `VMA[i]`, `PROCESS`, `DEVICE` and `ACTOR`",
    "stand for names of the scenario. In the column of kernels, `v6.4+` means v6.4 and every later version, and",
    "`v5.14..v6.4` means every version from v5.14 to v6.4.",
    "",
    "## What is left out, and what this can hide",
    "",
    "*Why* says why the model loses no violation, or which violations it cannot find. The README names the largest things",
    "that no scenario can have at all, such as hugetlb and shared mappings.",
    "",
    ...abstractions.flatMap(({ topic, instead, because }) => [
      `### ${topic}`,
      "",
      instead,
      "",
      `*Why:* ${because}`,
      "",
    ]),
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
    "If such a feature is switched off, or on, no scenario finds anything else. `npm run mutants` tries this.",
    "",
    ...neutralFeatures(),
    "",
    "## Steps that no scenario reaches",
    "",
    ...unreached(procedures),
    "",
  ].join("\n");
}

/**
 * The page without the parts that only searches find: the locks, and the steps that no scenario reaches. The rest comes
 * from recording the model, which takes seconds instead of minutes.
 */
export function recordedPart(page: string): string {
  const [recorded = ""] = page.split("\n## Steps that no scenario reaches\n");
  return recorded.replaceAll(/^(\|.*\|)[^|]*\|$/gm, "$1");
}

/** Takes from a page what searches found: locks, and whether a scenario reaches a step. */
export function adoptFound(procedures: readonly ProcedureFacts[], page: string): void {
  const [tables = "", unreachedSection = ""] = page.split("\n## Steps that no scenario reaches\n");
  const locks = new Map<string, string>();
  let [file, procedure] = ["", ""];
  for (const line of tables.split("\n")) {
    if (line.startsWith("### ")) file = line.slice("### ".length);
    else if (line.startsWith("#### ")) procedure = line.slice("#### ".length);
    const cells = line.split(" | ");
    const [first = "", last = ""] = [cells[0], cells.at(-1)];
    if (cells.length === 4) locks.set(`${file} ${procedure}: ${first.slice(2)}`, last.replace(/ ?\|$/, ""));
  }
  for (const { name, file: of, steps } of procedures)
    for (const step of steps.values()) {
      step.locks = new Set(locks.get(`${of} ${name}: ${step.label}`)?.split(", "));
      if (!unreachedSection.includes(`- \`${name}: ${step.label}\``)) step.reachedBy.add("some scenario");
    }
}

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
  return kernels.size === kernelVersions.length ? "all" : inRanges(kernels).join(", ");
}

/** The key is procedure and label. */
export function unreachedSteps(procedures: readonly ProcedureFacts[]): readonly string[] {
  return procedures.flatMap(({ name, steps }) =>
    [...steps.values()].filter(({ reachedBy }) => reachedBy.size === 0).map(({ label }) => `${name}: ${label}`),
  );
}

function unreached(procedures: readonly ProcedureFacts[]): readonly string[] {
  const rows = unreachedSteps(procedures);
  if (rows.length === 0) return ["None."];
  return rows.map((row) => `- \`${row}\`: ${unreachedReasons[row] ?? "unexplained"}`);
}

function neutralFeatures(): readonly string[] {
  const rows = Object.entries(featureReasons).map(([name, reason]) => `- \`${name}\`: ${reason}`);
  return rows.length === 0 ? ["None."] : rows;
}
