/** What `why` is asked about. */
import { statSync } from "node:fs";
import { usageError } from "../../diagnostics/usage-error.ts";
import { parseStep } from "../../edits/parse-edit.ts";
import { unknownIn, unknownProcedure } from "../../edits/unknown-step.ts";
import { listProcedures, type ProcedureItem } from "../../model/procedures.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { findSpecs } from "./find-specs.ts";

export type WhySubject =
  | { readonly kind: "scenario"; readonly file: string }
  | { readonly kind: "procedure"; readonly name: string; readonly label: string | undefined };

/** Throws a UserError if there is no such scenario, procedure or step. */
export function subjectOf(text: string, { outlineOperations }: Pick<Host, "outlineOperations">): WhySubject {
  if (text.endsWith(".json") || statSync(text, { throwIfNoEntry: false }) !== undefined) {
    const [file, ...others] = findSpecs([text], []);
    if (file === undefined || others.length > 0)
      throw usageError(`${text} is a folder`, "name a scenario, or a procedure and then the folder");
    return { kind: "scenario", file };
  }
  const { procedure: name, label } = namesIn(text);
  const procedures = listProcedures(outlineOperations);
  const unknown = unknownSubject(name, label, procedures);
  if (unknown !== undefined) throw usageError(unknown.message, unknown.hint);
  return { kind: "procedure", name, label };
}

/** A procedure, or a step of one. Without a colon it may be the label of a step, which `unknownSubject` explains. */
function namesIn(text: string): { readonly procedure: string; readonly label: string | undefined } {
  if (!text.includes(":")) return { procedure: text.trim(), label: undefined };
  const { step, problem } = parseStep(text);
  if (step === undefined) throw usageError(`${JSON.stringify(text)}: ${problem.message}`, problem.hint);
  return step;
}

function unknownSubject(
  name: string,
  label: string | undefined,
  procedures: readonly ProcedureItem[],
): { readonly message: string; readonly hint: string | undefined } | undefined {
  if (procedures.some((one) => one.name === name)) {
    if (label === undefined) return undefined;
    return unknownIn({ kind: "drop", step: { procedure: name, label } }, procedures, (own) => own);
  }
  const labels = procedures.flatMap((one) => one.steps.map((step) => ({ procedure: one.name, label: step.label })));
  const owner = label === undefined ? labels.find((one) => one.label === name) : undefined;
  if (owner === undefined) return unknownProcedure(name, procedures);
  return {
    message: `${JSON.stringify(name)} is a step, and steps of several procedures may have the name`,
    hint: `write "${owner.procedure}: ${owner.label}"`,
  };
}
