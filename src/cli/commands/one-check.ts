/** For commands that are about one scenario under one kernel. */

import { planChecks } from "../../check/plan-checks.ts";
import type { Check } from "../../check/run-check.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import type { CheckOptions } from "../options/check-options.ts";
import type { OneCheckOptions } from "../options/one-check-options.ts";
import { findSpecs } from "./find-specs.ts";

/** Throws a UserError where the path and the options stand for several. `command` is who asks. */
export function oneCheck(command: string, path: string, options: OneCheckOptions): Check {
  const specs = findSpecs([path], []).map(loadSpec);
  const [check, ...others] = planChecks(specs, asCheckOptions(options));
  if (check === undefined) throw new Error(`${path} has nothing to check`);
  if (specs.length > 1) throw usageError(`${command} takes one scenario, and ${path} holds ${specs.length}`);
  if (others.length > 0) {
    const names = [check, ...others].map((one) => one.kernel);
    throw usageError(`${path} names ${names.length} kernels`, `choose one with --kernel: ${names.join(", ")}`);
  }
  return check;
}

/** What `prepareCheck` and `planChecks` take. */
export function asCheckOptions({ kernel, ...options }: OneCheckOptions): CheckOptions {
  return { ...options, ...(kernel === undefined ? {} : { kernel: [kernel] }), out: "" };
}

export function titleOf({ spec, kernel, features }: Check): string {
  const changes = [
    ...features.with.map((name) => `with ${name}`),
    ...features.without.map((name) => `without ${name}`),
  ];
  return [`The scenario ${spec.name} on ${kernel}`, ...changes].join(", ");
}
