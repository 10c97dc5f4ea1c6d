/** The path of a trace, as an exploration by hand would take it. */
import { runsUnder } from "../../check/feature-changes.ts";
import { writtenChanges } from "../../check/written-changes.ts";
import { isTaken, optionsAt, pointAt, recordedPath } from "../../explorer/path.ts";
import { kernelVersions } from "../../model/versions/rows.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Trace } from "../../trace/format.ts";
import type { Subject } from "../../trace/violation.ts";
import type { ExplorationPath, Question } from "../protocol.ts";
import { targetOf } from "./subject.ts";

/** The trace must replay. Undefined if no question leads to the model of the trace. */
export function pathOfTrace(trace: Trace, subject: Subject): ExplorationPath | undefined {
  const kernel = kernelVersions.find((version) => version === trace.kernel);
  if (kernel === undefined) return undefined;
  const { file, content } = trace.spec;
  const spec = parseSpec(content, file);
  const [run] = runsUnder(spec, [kernel]);
  const question: Question = {
    file,
    text: content,
    kernels: [kernel],
    with: trace.features.with,
    without: trace.features.without,
    // The edits of the scenario come first.
    edits: (trace.features.edits ?? []).slice(run?.edits?.length ?? 0),
    properties: [],
    options: {},
  };
  const isSame = sameText(writtenChanges(targetOf(question, kernel).features), trace.features);
  return isSame ? { question, kernel, steps: numbersOf(trace, subject), property: trace.property } : undefined;
}

function sameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function numbersOf(trace: Trace, subject: Subject): readonly number[] {
  const path = recordedPath(subject, trace);
  return trace.steps.map((_, position) =>
    optionsAt(subject, pointAt(path, position)).findIndex((option) => isTaken(path, position, option)),
  );
}
