/** Whether a scenario under one kernel ends in a verdict, or in what a user sees as exit code 4. */
import { search } from "../../src/checker/search.ts";
import { prepare } from "../../src/cli/prepare.ts";
import { buildModel } from "../../src/model/build-model.ts";
import type { KernelVersion } from "../../src/model/versions.ts";
import type { FeatureChanges, Spec } from "../../src/spec/spec.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import { rangeProperty } from "../../src/trace/format.ts";

export interface Attempt {
  readonly spec: Spec;
  readonly kernel: KernelVersion;
  readonly changes: FeatureChanges;
  /** 0: only records the program. */
  readonly maxStates: number;
  readonly build?: typeof buildModel;
}

/** Why there is no verdict; undefined if there is one. Throws what the checker throws, a UserError among it. */
export async function noVerdict({ spec, kernel, changes, maxStates, build }: Attempt): Promise<string | undefined> {
  const prepared = prepare({ buildModel: build ?? buildModel }, spec, kernel, changes);
  if (maxStates === 0) return undefined;
  const properties = prepared.properties.map(({ property }) => property);
  const result = await search(prepared.program, properties, {
    workers: 1,
    soloStates: Number.MAX_VALUE,
    maxStates,
    stopWhen: "exhausted",
  });
  const origin = { tool: "", spec: { name: spec.name, file: spec.file, content: "" }, kernel, features: changes };
  for (const { property, steps } of result.violations) {
    const name = property === "range-error" ? rangeProperty.name : (properties[property]?.name ?? "");
    const trace = buildTrace(prepared, { property: name, steps }, origin);
    if (trace.violation.kind === "range") return trace.violation.message;
  }
  return undefined;
}
