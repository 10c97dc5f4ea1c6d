/** What a search or a walk found, executed again and written to files. */
import { basename, join } from "node:path";
import type { Violation } from "../checker/contract/search-types.ts";
import type { Outputs } from "../cli/output/outputs.ts";
import type { FoundTrace } from "../reporters/report.ts";
import { buildTrace, type FoundViolation } from "../trace/build-trace.ts";
import { rangeProperty } from "../trace/format.ts";
import { traceFileName, traceKind, traceText } from "../trace/write-trace.ts";
import type { Prepared } from "./prepare.ts";
import type { Check } from "./run-check.ts";

interface TraceSurroundings {
  readonly version: string;
  readonly options: { readonly out: string };
  readonly outputs: Outputs;
}

export function writeTraces(
  { spec, kernel, features }: Check,
  prepared: Prepared,
  violations: readonly Violation[],
  { version, options, outputs }: TraceSurroundings,
): readonly FoundTrace[] {
  const origin = {
    tool: version,
    spec: { name: spec.name, file: basename(spec.file), content: spec.text },
    kernel,
    features,
  };
  return violations.map(({ property, steps }) => {
    const name = property === "range-error" ? rangeProperty.name : prepared.properties[property]?.property.name;
    if (name === undefined) throw new Error(`the search found a violation of no property (${property})`);
    const violation: FoundViolation = { property: name, steps };
    const trace = buildTrace(prepared, violation, origin);
    const path = join(options.out, traceFileName(trace));
    return { trace, path: outputs.write(path, traceKind, traceText(trace)) ? path : undefined };
  });
}
