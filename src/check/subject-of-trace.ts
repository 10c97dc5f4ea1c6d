/** Builds the model of a trace again, only from the trace. */
import { UserError } from "../diagnostics/user-error.ts";
import { parseEdit } from "../edits/parse-edit.ts";
import { type FeatureName, features as knownFeatures } from "../model/features/catalogue.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { kernelVersions } from "../model/versions/rows.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import type { PlacedEdit } from "../spec/spec.ts";
import type { Trace } from "../trace/format.ts";
import type { Subject } from "../trace/violation.ts";
import { prepareInTurns } from "./prepare.ts";

/** Throws a UserError if this version knows no such kernel, feature or edit. `path` names the trace in messages. */
export async function subjectOfTrace(
  trace: Trace,
  path: string,
  builder: Pick<ModelBuilder, "buildModel">,
): Promise<Subject> {
  const kernel = kernelVersions.find((version) => version === trace.kernel);
  if (kernel === undefined) throw unusable(path, `there is no kernel ${JSON.stringify(trace.kernel)}`);
  const features = {
    with: trace.features.with.map((name) => featureOf(name, path)),
    without: trace.features.without.map((name) => featureOf(name, path)),
    edits: (trace.features.edits ?? []).map((line) => editOf(line, path)),
  };
  const spec = parseSpec(trace.spec.content, `${trace.spec.file} (in ${path})`);
  return prepareInTurns(builder, spec, kernel, features);
}

function featureOf(name: string, path: string): FeatureName {
  const found = knownFeatures.find((feature) => feature.name === name);
  if (found === undefined) throw unusable(path, `there is no feature ${JSON.stringify(name)}`);
  return found.name;
}

function editOf(line: string, path: string): PlacedEdit {
  const { edit, problem } = parseEdit(line);
  if (edit === undefined) throw unusable(path, `${problem.message}, in the edit ${JSON.stringify(line)}`);
  return { edit, path: undefined };
}

function unusable(file: string, message: string): UserError {
  const hint = "replay the trace with the version of exclusive-check that wrote it";
  return new UserError([{ code: "trace/unusable-spec", file, message, hint }]);
}
