/** `exclusive-check export --to promela <spec>` */
import { writeFileSync } from "node:fs";
import { exportPromela } from "../export/promela/export-promela.ts";
import { loadSpec } from "../spec/load-spec.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import type { ExportOptions } from "./export-options.ts";
import { findSpecs } from "./find-specs.ts";
import type { Host } from "./host.ts";
import { planChecks } from "./plan-checks.ts";
import { type Check, prepareCheck } from "./run-check.ts";
import { usageError } from "./usage-error.ts";

export function exportCommand(path: string, options: ExportOptions, host: Host): ExitCode {
  const check = theCheck(path, options);
  const { kernel: _, ...chosen } = options;
  const surroundings = { options: { ...chosen, out: "" }, buildModel: host.buildModel };
  const { program, properties } = prepareCheck(check, surroundings);
  const made = exportPromela(
    program,
    properties.map(({ property }) => property),
    titleOf(check),
  );
  if (made.leftOut.length > 0)
    host.stderr.write(`left out, because SPIN's assertions cannot say it: ${made.leftOut.join(", ")}\n`);
  if (options.output === undefined) host.stdout.write(made.text);
  else write(options.output, made.text);
  return exitCodes.asExpected;
}

/** One scenario under one kernel, since a file in the other language is one program. */
function theCheck(path: string, { kernel, ...options }: ExportOptions): Check {
  const specs = findSpecs([path], []).map(loadSpec);
  const chosen = kernel === undefined ? {} : { kernel: [kernel] };
  const [check, ...others] = planChecks(specs, { ...options, ...chosen, out: "" });
  if (check === undefined) throw new Error(`${path} has nothing to check`);
  if (specs.length > 1) throw usageError(`export takes one scenario, and ${path} holds ${specs.length}`);
  if (others.length > 0) {
    const names = [check, ...others].map((one) => one.kernel);
    throw usageError(`${path} names ${names.length} kernels`, `choose one with --kernel: ${names.join(", ")}`);
  }
  return check;
}

function titleOf({ spec, kernel, features }: Check): string {
  const changes = [
    ...features.with.map((name) => `with ${name}`),
    ...features.without.map((name) => `without ${name}`),
  ];
  return [`The scenario ${spec.name} on ${kernel}`, ...changes].join(", ");
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw usageError(`--output ${file} cannot be written: ${(error as Error).message}`, undefined, "cli/unwritable");
  }
}
