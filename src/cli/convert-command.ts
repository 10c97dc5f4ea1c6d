/** `exclusive-check convert --to <format> <trace>` */
import { reporters } from "../reporters/registry.ts";
import { readTrace } from "../trace/read-trace.ts";
import type { ConvertOptions } from "./convert-options.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Surroundings } from "./host.ts";
import { writeText } from "./text-output.ts";

/** Says what the file says; whether that is so, `replay` knows. */
export function convertCommand(
  path: string,
  { to, output }: ConvertOptions,
  surroundings: Pick<Surroundings, "stdout" | "stderr">,
): ExitCode {
  const entry = reporters.find(({ name }) => name === to);
  const render = entry?.ofTrace ?? entry?.besideTraces?.render;
  if (entry === undefined || render === undefined) throw new Error(`no reporter writes a trace as ${to}`);
  return writeText(render(readTrace(path)), { file: output, kind: entry.kind, from: path }, surroundings);
}
