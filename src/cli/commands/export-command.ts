/** `exclusive-check export --to promela <spec>` */

import { prepareCheck } from "../../check/prepare.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { exportPromela, type PromelaExport, promelaKind } from "../../export/promela/export-promela.ts";
import { GuardTooLong } from "../../export/promela/text-size.ts";
import type { Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import type { ExportOptions } from "../options/export-options.ts";
import { writeText } from "../output/text-output.ts";
import type { ExitCode } from "../surroundings/exit-code.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { asChoices, oneCheck, titleOf } from "./one-check.ts";
import { tellKernels } from "./tell-kernels.ts";

/** One scenario under one kernel, because a file in the other language is one program. */
export async function exportCommand(path: string, options: ExportOptions, host: Host): Promise<ExitCode> {
  const check = oneCheck("export", path, options);
  tellKernels(asChoices(options).kernel, host.stderr);
  const { program, properties } = await prepareCheck(check, host);
  const made = exported(
    program,
    properties.map(({ property }) => property),
    titleOf(check),
  );
  if (made.leftOut.length > 0)
    host.stderr.write(`left out, because SPIN's assertions cannot express it: ${made.leftOut.join(", ")}\n`);
  return writeText(made.text, { file: options.output, kind: promelaKind, from: path }, host);
}

function exported(program: Program, properties: readonly Property[], title: string): PromelaExport {
  try {
    return exportPromela(program, properties, title);
  } catch (error) {
    if (error instanceof GuardTooLong) throw usageError(`cannot be exported to Promela: ${error.message}`);
    throw error;
  }
}
