/** A shipped scenario, and the shortest trace that violates a property. */
import { readFileSync } from "node:fs";
import { prepare } from "../../../src/check/prepare.ts";
import { required } from "../../../src/ir/lookup.ts";
import { buildModel } from "../../../src/model/build-model.ts";
import type { Scenario } from "../../../src/model/scenario/scenario.ts";
import type { KernelVersion } from "../../../src/model/versions/rows.ts";
import { parseSpec } from "../../../src/spec/parse-spec.ts";
import { buildTrace } from "../../../src/trace/build-trace.ts";
import type { Trace } from "../../../src/trace/format.ts";
import type { Subject } from "../../../src/trace/violation.ts";
import { shortestViolation } from "../../fixtures/shortest-violation.ts";

export interface Traced {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly trace: Trace;
}

export function tracedScenario(name: string, kernel: KernelVersion, property: string): Traced {
  const file = `${name}.json`;
  const content = readFileSync(new URL(`../../../specs/${file}`, import.meta.url), "utf8");
  const features = { with: [], without: [] };
  const spec = parseSpec(content, file);
  const subject = prepare({ buildModel }, spec, kernel, features);
  const found = required(shortestViolation(subject, property), `a violation of ${property}`);
  const origin = { tool: "test", spec: { name, file, content }, kernel, features };
  return { scenario: spec.scenario, subject, trace: buildTrace(subject, found, origin) };
}
