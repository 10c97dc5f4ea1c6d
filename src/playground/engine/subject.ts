/** What a question asks about under one kernel, with its edits. */
import type { CheckTarget } from "../../check/check-request.ts";
import { editsWithoutPlace } from "../../check/prepare.ts";
import { planChecks } from "../../cli/options/plan-checks.ts";
import { at } from "../../ir/lookup.ts";
import type { ModelBuilder } from "../../model/model-builder.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Question } from "../protocol.ts";
import { changesOf, optionsOf } from "./question.ts";

/** Throws a UserError for mistakes in the scenario or in the choices. */
export function targetOf(question: Question, kernel: KernelVersion): CheckTarget {
  const options = optionsOf({ ...question, kernels: [kernel] });
  const spec = parseSpec(question.text, question.file);
  return at(planChecks([spec], options, changesOf(question, options)), 0).target;
}

/** The same, and throws a UserError for an edit that cannot be made. */
export async function subjectOf(
  question: Question,
  kernel: KernelVersion,
  builder: Pick<ModelBuilder, "recordScenario">,
): Promise<CheckTarget> {
  const target = targetOf(question, kernel);
  await editsWithoutPlace(builder, target);
  return target;
}
