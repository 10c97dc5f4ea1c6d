/** `exclusive-check convert --to <format> <trace>` */
import { reporters } from "../../reporters/registry.ts";
import { traceRenderer } from "../../reporters/reporter.ts";
import { readTrace } from "../../trace/read-trace.ts";
import type { ConvertOptions } from "../options/convert-options.ts";
import { writeText } from "../output/text-output.ts";
import type { ExitCode } from "../surroundings/exit-code.ts";
import type { Surroundings } from "../surroundings/surroundings.ts";

/** Shows what the file says. Only `replay` checks whether it is true. */
export function convertCommand(
  path: string,
  { to, output }: ConvertOptions,
  surroundings: Pick<Surroundings, "stdout" | "stderr">,
): ExitCode {
  const entry = reporters.find(({ name }) => name === to);
  const render = entry && traceRenderer(entry);
  if (entry === undefined || render === undefined) throw new Error(`no reporter writes a trace as ${to}`);
  return writeText(render(readTrace(path)), { file: output, kind: entry.kind, from: path }, surroundings);
}
