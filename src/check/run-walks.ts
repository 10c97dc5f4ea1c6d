/** Random walks through one scenario under one kernel, from the model to the result with its traces kept. */
import type { SearchOptions } from "../checker/contract/search-types.ts";
import { shortenWalks } from "../checker/shorten-walks.ts";
import { maxWalkDepth, type SimulationOptions, simulate } from "../checker/simulate.ts";
import { at } from "../ir/lookup.ts";
import type { Expectation, Remarks } from "../reporters/report.ts";
import type { WalkedTrace, WalksResult } from "../reporters/simulation.ts";
import { rangeProperty } from "../trace/format.ts";
import type { CheckHost, CheckTarget } from "./check-request.ts";
import { outcomeOf } from "./judge.ts";
import { keepTraces } from "./keep-traces.ts";
import { prepareCheck } from "./prepare.ts";
import { writtenChanges } from "./written-changes.ts";

export interface WalksRequest
  extends CheckTarget,
    Remarks,
    Pick<SimulationOptions, "seed" | "walks">,
    Partial<Pick<SimulationOptions, "depth" | "timeoutMs">> {
  /** Undefined if the scenario expects nothing for this very question. */
  readonly expected: Expectation | undefined;
  /** Whether to go on after a violation. Walks that are expected to find violations always do. */
  readonly findsAll: boolean;
  /** Limits of the search for a shorter path. */
  readonly limits: Pick<SearchOptions, "maxStates" | "memoryBytes" | "workers">;
}

export interface WalksHost extends CheckHost {
  readonly onWalks: Exclude<SimulationOptions["onProgress"], undefined>;
}

/** If neither the request nor the scenario says how many steps a walk takes. */
const defaultDepth = 10_000;

/**
 * Throws a UserError if the scenario is mistaken. A signal before the walks rejects with its reason. A signal later on
 * ends the walks, and gives a result of what they found so far.
 */
export async function runWalks(request: WalksRequest, host: WalksHost): Promise<WalksResult> {
  const { spec, kernel, features, expected, seed, walks, depth, timeoutMs, limits, notes, reproduce } = request;
  const prepared = await prepareCheck(request, host);
  const { program, sometimes, symmetries } = prepared;
  const properties = prepared.properties.map(({ property }) => property);
  const { signal, onProgress, onWalks } = host;
  const walked = await simulate(program, properties, {
    seed,
    walks,
    depth: depth ?? Math.min(maxWalkDepth, spec.search.depth ?? defaultDepth),
    signal,
    sometimes,
    onProgress: onWalks,
    stopAtFirstViolation: !request.findsAll && (expected === undefined || expected === "holds"),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const searching = { signal, onProgress, symmetries, ...limits };
  const shortened = await shortenWalks(program, properties, walked.violations, searching);
  const traces = keepTraces(request, prepared, shortened, host).map((trace, position): WalkedTrace => {
    const { walk, shortest } = at(shortened, position);
    return { ...trace, walk, shortest };
  });
  const rangeError = traces.find(({ property }) => property === rangeProperty.name);
  const violations = traces.filter((trace) => trace !== rangeError);
  const violated = violations.map(({ property }) => property);
  const findings = { violated, complete: false, rangeError: rangeError !== undefined, missed: false, drifts: [] };
  return {
    ...walked,
    spec: spec.name,
    kernel,
    features: writtenChanges(features),
    verdict: violated.length > 0 ? "violated" : "incomplete",
    expected,
    outcome: outcomeOf(findings, expected),
    seed,
    sometimes: sometimes.map(({ name }, position) => ({ name, walks: at(walked.met, position) })),
    violations,
    rangeError,
    notes,
    reproduce,
  };
}
