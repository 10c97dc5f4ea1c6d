/** For commands that work on one scenario under one kernel. */

import type { CheckTarget } from "../../check/check-request.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { printEdit } from "../../edits/edit.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import { askedFeatures } from "../options/edit-choice.ts";
import type { OneCheckOptions } from "../options/one-check-options.ts";
import { type ChoiceOptions, planChecks } from "../options/plan-checks.ts";
import { findSpecs } from "./find-specs.ts";

/** Throws a UserError if the path and the options select several checks. `command` is the name for the message. */
export function oneCheck(command: string, path: string, options: OneCheckOptions): CheckTarget {
  const specs = findSpecs([path], []).map(loadSpec);
  const asked = askedFeatures(options);
  const [check, ...others] = planChecks(specs, asChoices(options), asked).map(({ target }) => target);
  if (check === undefined) throw new Error(`${path} has nothing to check`);
  if (specs.length > 1) throw usageError(`${command} takes one scenario, and ${path} holds ${specs.length}`);
  if (others.length > 0) {
    const names = [check, ...others].map((one) => one.kernel);
    throw usageError(`${path} names ${names.length} kernels`, `choose one with --kernel: ${names.join(", ")}`);
  }
  return check;
}

/** One kernel instead of several. */
export function asChoices({ kernel, ...options }: OneCheckOptions): ChoiceOptions {
  return { ...options, ...(kernel === undefined ? {} : { kernel: [kernel] }) };
}

export function titleOf({ spec, kernel, features }: CheckTarget): string {
  const changes = [
    ...features.with.map((name) => `with ${name}`),
    ...features.without.map((name) => `without ${name}`),
    ...(features.edits ?? []).map(({ edit }) => `edited (${printEdit(edit)})`),
  ];
  return [`The scenario ${spec.name} on ${kernel}`, ...changes].join(", ");
}
