/** `exclusive-check graph <spec>` */

import { prepareCheck } from "../../check/prepare.ts";
import { dotKind, dotOf } from "../../export/dot/dot.ts";
import { stateGraph } from "../../export/dot/state-graph.ts";
import type { GraphOptions } from "../options/help-options.ts";
import { writeText } from "../output/text-output.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { asChoices, oneCheck, titleOf } from "./one-check.ts";
import { tellKernels } from "./tell-kernels.ts";

export async function graphCommand(
  path: string,
  { maxStates, output, ...options }: GraphOptions,
  host: Host,
): Promise<ExitCode> {
  const check = oneCheck("graph", path, options);
  tellKernels(asChoices(options).kernel, host.stderr);
  const { program, properties } = await prepareCheck(check, host);
  const promised = properties.map(({ property }) => property);
  const graph = stateGraph(program, promised, maxStates);
  const code = writeText(dotOf(program, graph, titleOf(check)), { file: output, kind: dotKind, from: path }, host);
  if (graph.complete || code !== exitCodes.asExpected) return code;
  host.stderr.write(`only the first ${maxStates} states are drawn; use --max-states to draw more\n`);
  return exitCodes.incomplete;
}
