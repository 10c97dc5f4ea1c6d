/** Executes again what a search or a walk found, and passes the traces to the caller. */
import type { Violation } from "../checker/contract/search-types.ts";
import { type KeptTrace, keptTrace } from "../reporters/report.ts";
import { buildTrace, type FoundViolation, type TraceOrigin } from "../trace/build-trace.ts";
import { violatedName } from "../trace/violated-name.ts";
import type { CheckTarget, TraceKeeper } from "./check-request.ts";
import type { Prepared } from "./prepare.ts";
import { writtenChanges } from "./written-changes.ts";

/** In the order of the violations. Throws if the interpreter does not find a violation at the end of its steps. */
export function keepTraces(
  target: CheckTarget,
  prepared: Prepared,
  violations: readonly Violation[],
  keeper: TraceKeeper,
): readonly KeptTrace[] {
  return keepPaths(target, prepared, namedViolations(prepared, violations), keeper);
}

export function namedViolations(
  { properties }: Pick<Prepared, "properties">,
  violations: readonly Violation[],
): readonly FoundViolation[] {
  const names = properties.map(({ property }) => property.name);
  return violations.map(({ property, steps, loop }) => ({ property: violatedName({ property }, names), steps, loop }));
}

/** The same for paths that name what they show. */
export function keepPaths(
  target: CheckTarget,
  prepared: Prepared,
  paths: readonly FoundViolation[],
  { version, keepTrace }: TraceKeeper,
): readonly KeptTrace[] {
  const origin = originOf(target, version);
  return paths.map((path) => {
    const trace = buildTrace(prepared, path, origin);
    return keptTrace(trace, keepTrace(trace));
  });
}

/** What the traces of a check record of it. `version`: of exclusive-check. */
export function originOf({ spec, kernel, features }: CheckTarget, version: string): TraceOrigin {
  return {
    tool: version,
    spec: { name: spec.name, file: spec.file.slice(spec.file.lastIndexOf("/") + 1), content: spec.text },
    kernel,
    features: writtenChanges(features),
  };
}
