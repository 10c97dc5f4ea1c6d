/** Tells a step that does not exist from one that this scenario does not use. */
import { at } from "../ir/lookup.ts";
import type { ProcedureItem, ProcedureStep } from "../model/procedures.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../model/scenario/everything.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { typedCommand } from "../text/typed-command.ts";
import { type Edit, procedureOf } from "./edit.ts";

export interface UnknownName {
  readonly message: string;
  readonly hint: string | undefined;
}

/**
 * What an edit names that no scenario on any kernel has; undefined if all of it exists. `rename`: from the labels of the
 * edit's scenario to those of every scenario.
 */
export function unknownIn(
  edit: Edit,
  procedures: readonly ProcedureItem[],
  rename: (label: string) => string,
): UnknownName | undefined {
  const name = procedureOf(edit);
  const procedure = procedures.find((one) => one.name === name);
  if (procedure === undefined) return unknownProcedure(name, procedures);
  if (edit.kind === "drop-call") {
    const calls = procedure.outline.flatMap((part) => ("calls" in part ? [part.calls] : []));
    return calls.includes(edit.callee) ? undefined : unknownCall(name, edit.callee, [...new Set(calls)]);
  }
  const labels = procedure.steps.map(({ label }) => label);
  const named = "label" in edit ? [edit.step.label, edit.label] : [edit.step.label];
  const everywhere = new Set(labels.map(anonymiser(at(scenariosOfEverything(), 0))));
  const exists = (label: string) => labels.includes(label) || everywhere.has(rename(label)) || madeByEdit.test(label);
  const missing = named.find((label) => !exists(label));
  if (missing === undefined) return undefined;
  return unknown(`${name} has no step "${missing}"`, missing, labels, `explain ${name}`);
}

export function unknownProcedure(name: string, procedures: readonly ProcedureItem[]): UnknownName {
  const message = `the model has no procedure "${name}"`;
  const hint = hintForStep(name, procedures);
  if (hint !== undefined) return { message, hint };
  const names = procedures.map((one) => one.name);
  return unknown(message, name, names, "list procedures");
}

/**
 * A kernel function that the model does not make a procedure gives its name to the step that stands for it. Then the hint
 * says in which procedures that step is.
 */
export function hintForStep(name: string, procedures: readonly ProcedureItem[]): string | undefined {
  const isNamedSo = ({ label }: ProcedureStep) => label.split(" ", 1)[0] === name;
  const [first, ...others] = procedures.filter(({ steps }) => steps.some(isNamedSo)).map((one) => one.name);
  if (first === undefined) return undefined;
  const also = others.length === 0 ? "" : ` and of ${others.length === 1 ? others[0] : `${others.length} others`}`;
  return `it is a step of ${first}${also}: \`${typedCommand(`explain ${first}`)}\` lists it`;
}

function unknownCall(procedure: string, callee: string, calls: readonly string[]): UnknownName {
  const meant = didYouMean(callee, calls);
  const all = calls.length === 0 ? "it calls none" : `it calls ${calls.join(", ")}`;
  return {
    message: `${procedure} does not call a procedure "${callee}"`,
    hint: meant === undefined ? all : `did you mean ${meant}?`,
  };
}

/** Steps that an earlier edit made. */
const madeByEdit = / \((inserted|1|2)\)( \d+)?$/;

function unknown(message: string, name: string, names: readonly string[], command: string): UnknownName {
  const meant = didYouMean(name, names);
  const hint = meant === undefined ? `\`${typedCommand(command)}\` names them` : `did you mean ${meant}?`;
  return { message, hint };
}
