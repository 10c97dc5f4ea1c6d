/** `exclusive-check graph <spec>` */
import { dotKind, dotOf } from "../export/dot/dot.ts";
import { stateGraph } from "../export/dot/state-graph.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import type { GraphOptions } from "./help-options.ts";
import type { Host } from "./host.ts";
import { asCheckOptions, oneCheck, titleOf } from "./one-check.ts";
import { prepareCheck } from "./run-check.ts";
import { tellKernels } from "./tell-kernels.ts";
import { writeText } from "./text-output.ts";

export async function graphCommand(
  path: string,
  { maxStates, output, ...options }: GraphOptions,
  host: Host,
): Promise<ExitCode> {
  const check = oneCheck("graph", path, options);
  tellKernels(asCheckOptions(options).kernel, host.stderr);
  const { program, properties } = await prepareCheck(check, {
    options: asCheckOptions(options),
    buildModel: host.buildModel,
  });
  const promised = properties.map(({ property }) => property);
  const graph = stateGraph(program, promised, maxStates);
  const code = writeText(dotOf(program, graph, titleOf(check)), { file: output, kind: dotKind, from: path }, host);
  if (graph.complete || code !== exitCodes.asExpected) return code;
  host.stderr.write(`only the first ${maxStates} states are drawn; --max-states draws more\n`);
  return exitCodes.incomplete;
}
