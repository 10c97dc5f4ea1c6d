/** A question as the options of a check. Throws the command line's errors for values that it would refuse. */
import type { CheckOptions } from "../../cli/options/check-options.ts";
import {
  asTyped,
  duration,
  featureName,
  InvalidValue,
  type KernelChoice,
  kernelChoice,
  positiveInteger,
  repeatable,
} from "../../cli/options/option-values.ts";
import { typedEdit } from "../../cli/options/typed-edit.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import type { FeatureChanges } from "../../spec/spec.ts";
import type { Question } from "../protocol.ts";

/** The options of `exclusive-check <spec> --out .` that ask the same. */
export function optionsOf(question: Question): CheckOptions {
  const { kernels, properties, edits, options } = question;
  const { depth, maxStates, timeoutMs, traces, witness, allViolations, symmetry } = options;
  return {
    out: ".",
    ...(kernels.length === 0 ? {} : { kernel: valuesFrom("--kernel <version>", kernels, kernelChoice) }),
    with: valuesFrom("--with <feature>", question.with, featureName),
    without: valuesFrom("--without <feature>", question.without, featureName),
    edit: edits,
    property: valuesFrom("--property <name>", properties, (name) => name),
    ...(depth === undefined ? {} : { depth: valueFrom("--depth <n>", String(depth), positiveInteger) }),
    ...(maxStates === undefined
      ? {}
      : { maxStates: valueFrom("--max-states <n>", String(maxStates), positiveInteger) }),
    ...(timeoutMs === undefined
      ? {}
      : { timeout: valueFrom("--timeout <time>", `${timeoutMs / 1000}s`, asTyped(duration)) }),
    ...(traces === undefined ? {} : { traces: valueFrom("--traces <n>", String(traces), positiveInteger) }),
    ...(witness === true ? { witness } : {}),
    ...(allViolations === true ? { allViolations } : {}),
    ...(symmetry === false ? { symmetry } : {}),
  };
}

/** The changes that the question asks for, with its edits read. */
export function changesOf({ edits }: Question, { with: on = [], without: off = [] }: CheckOptions): FeatureChanges {
  return { with: on, without: off, edits: edits.map(typedEdit) };
}

/** The values of an option that can be given more than once. */
function valuesFrom<Value extends string | KernelChoice>(
  flags: string,
  texts: readonly string[],
  parse: (text: string) => Value,
): readonly Value[] {
  const add = repeatable(parse);
  return texts.reduce<readonly Value[]>((before, text) => valueFrom(flags, text, () => add(text, before)), []);
}

/** Commander words its errors so. */
function valueFrom<Value>(flags: string, text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw usageError(`option '${flags}' argument '${text}' is invalid. ${error.message}`);
  }
}
