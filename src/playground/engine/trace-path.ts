/** The path of a trace, as an exploration by hand would take it. */
import { isTaken, optionsAt, pointAt, recordedPath } from "../../explorer/path.ts";
import type { Trace } from "../../trace/format.ts";
import type { Subject } from "../../trace/violation.ts";
import type { ExplorationPath } from "../protocol.ts";
import type { EngineHost } from "./engine-host.ts";
import { questionOfTrace } from "./question-of-trace.ts";

/** The trace must replay. Undefined if no question leads to the model of the trace. */
export function pathOfTrace(
  trace: Trace,
  subject: Subject,
  host: Pick<EngineHost, "shipped">,
): ExplorationPath | undefined {
  const asked = questionOfTrace(trace, host);
  if (asked === undefined) return undefined;
  const { question, kernel } = asked;
  return { question, kernel, steps: numbersOf(trace, subject), property: trace.property };
}

function numbersOf(trace: Trace, subject: Subject): readonly number[] {
  const path = recordedPath(subject, trace);
  return trace.steps.map((_, position) =>
    optionsAt(subject, pointAt(path, position)).findIndex((option) => isTaken(path, position, option)),
  );
}
