/** A request -> the options of its search. */
import type { SearchDescription, SearchOptions } from "../checker/contract/search-types.ts";
import { printEdit } from "../edits/edit.ts";
import type { SearchBounds } from "../spec/spec.ts";
import type { CheckHost, CheckRequest } from "./check-request.ts";
import { alternativesFor } from "./different-traces.ts";
import type { Prepared } from "./prepare.ts";

export function searchOptions(
  request: CheckRequest,
  { symmetries }: Pick<Prepared, "symmetries">,
  { version, signal, onProgress }: Pick<CheckHost, "version" | "signal" | "onProgress">,
): SearchOptions {
  const { spec, limits, store, symmetry, checkpoint } = request;
  return {
    signal,
    onProgress,
    symmetries: symmetry === "off" ? [] : symmetries,
    alternatives: alternativesFor(request),
    stopWhen: exhausts(request) ? "exhausted" : "first-violation-level",
    ...boundsOf(spec.search),
    ...limits,
    ...store,
    description: descriptionOf(request, version),
    ...checkpoint,
  };
}

/** Whether to go on after a violation: if violations are expected, only an exhausted search says whether they are the right ones. */
export function exhausts({ findsAll, expected }: Pick<CheckRequest, "findsAll" | "expected">): boolean {
  return findsAll || (expected !== undefined && expected !== "holds");
}

/** The limits of a scenario's file in the form that a search takes. */
export function boundsOf({ depth, maxStates }: SearchBounds): Pick<SearchOptions, "maxDepth" | "maxStates"> {
  return {
    ...(depth === undefined ? {} : { maxDepth: depth }),
    ...(maxStates === undefined ? {} : { maxStates }),
  };
}

/** The names by which a checkpoint of the same search is recognised. */
function descriptionOf(request: CheckRequest, version: string): SearchDescription {
  const { spec, kernel, features, properties, store, symmetry } = request;
  const changes = [...features.with.map((name) => `+${name}`), ...features.without.map((name) => `-${name}`)];
  return {
    "version of exclusive-check": version,
    scenario: spec.name,
    kernel,
    "list of changed features": changes.sort().join(" "),
    "list of edits": (features.edits ?? []).map(({ edit }) => printEdit(edit)).join("; "),
    "list of properties": properties.map(({ name }) => name).join(" "),
    "number of traces": String(request.traces),
    store: store.store ?? "exact",
    "use of symmetry": symmetry === "off" ? "off" : "on",
  };
}
