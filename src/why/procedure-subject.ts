/** The procedure, or the step of one, that `why` is asked about. */
import { usageError } from "../diagnostics/usage-error.ts";
import { parseStep } from "../edits/parse-edit.ts";
import { unknownIn, unknownProcedure } from "../edits/unknown-step.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { listProcedures, type ProcedureItem } from "../model/procedures.ts";

export interface ProcedureSubject {
  readonly name: string;
  /** Undefined: all steps. */
  readonly label: string | undefined;
}

/** `text`: `PROCEDURE`, or `PROCEDURE: STEP`. Throws a UserError if there is no such procedure or step. */
export function procedureSubject(
  text: string,
  { outlineOperations }: Pick<ModelBuilder, "outlineOperations">,
): ProcedureSubject {
  const { procedure: name, label } = namesIn(text);
  const procedures = listProcedures(outlineOperations);
  const unknown = unknownSubject(name, label, procedures);
  if (unknown !== undefined) throw usageError(unknown.message, unknown.hint);
  return { name, label };
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
