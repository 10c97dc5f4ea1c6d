/** The question that a trace answers, as a reader would ask it. */
import { runsUnder } from "../../check/feature-changes.ts";
import { writtenChanges } from "../../check/written-changes.ts";
import { reproduceCommand } from "../../cli/options/reproduce.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { kernelVersions } from "../../model/versions/rows.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Trace } from "../../trace/format.ts";
import type { AskedQuestion, Question } from "../protocol.ts";
import type { EngineHost } from "./engine-host.ts";
import { optionsOf } from "./question.ts";
import { targetOf } from "./subject.ts";

type Shipped = Pick<EngineHost, "shipped">;

/** With the kernel of the trace. Undefined if no question leads to its model. Throws a UserError for a bad scenario. */
export function questionOfTrace(trace: Trace, host: Shipped): AskedQuestion | undefined {
  const kernel = kernelVersions.find((version) => version === trace.kernel);
  if (kernel === undefined) return undefined;
  const { content } = trace.spec;
  const file = fileOf(trace, host);
  const [run] = runsUnder(parseSpec(content, file), [kernel]);
  const own = run === undefined ? { with: [], without: [], edits: [] } : writtenChanges(run);
  const question: Question = {
    file,
    text: content,
    kernels: [kernel],
    with: trace.features.with.filter((feature) => !own.with.includes(feature)),
    without: trace.features.without.filter((feature) => !own.without.includes(feature)),
    // The edits of the scenario come first.
    edits: (trace.features.edits ?? []).slice(own.edits?.length ?? 0),
    properties: [],
    options: {},
  };
  const features = writtenChanges(targetOf(question, kernel).features);
  if (JSON.stringify(features) !== JSON.stringify(trace.features)) return undefined;
  return { question, kernel, command: reproduceCommand(file, kernel, optionsOf(question)) };
}

/** A trace names its scenario without a folder. */
function fileOf({ spec: { file } }: Trace, { shipped }: Shipped): string {
  return [...shipped.keys()].find((path) => path.endsWith(`/${file}`)) ?? file;
}

/** The same for a trace of anybody. */
export function askedBy(trace: Trace, host: Shipped): AskedQuestion | undefined {
  try {
    return questionOfTrace(trace, host);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
