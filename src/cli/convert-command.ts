/** `exclusive-check convert --to <format> <trace>` */
import { reporters } from "../reporters/registry.ts";
import { readTrace } from "../trace/read-trace.ts";
import type { ConvertOptions } from "./convert-options.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import type { Surroundings } from "./host.ts";
import { writeText } from "./text-output.ts";

/** Says what the file says; whether that is so, `replay` knows. */
export function convertCommand(
  path: string,
  { to, output }: ConvertOptions,
  { stdout }: Pick<Surroundings, "stdout">,
): ExitCode {
  const entry = reporters.find(({ name }) => name === to);
  const render = entry?.ofTrace ?? entry?.besideTraces?.render;
  if (render === undefined) throw new Error(`no reporter writes a trace as ${to}`);
  writeText(render(readTrace(path)), output, stdout);
  return exitCodes.asExpected;
}
