/** One scenario under one kernel: searched, and judged by what its file expects. */
import { isDeepStrictEqual } from "node:util";
import { driftsOf, outcomeOf } from "../../src/check/judge.ts";
import { reachedBeyond } from "../../src/check/reached-beyond.ts";
import { boundsOf } from "../../src/check/search-options.ts";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";
import { at } from "../../src/ir/lookup.ts";
import type { StoreName } from "../../src/memory/memory-plan.ts";
import type { Drift, Outcome } from "../../src/reporters/report.ts";
import type { ExpectedCounts } from "../../src/spec/spec.ts";
import { violatedName } from "../../src/trace/violated-name.ts";
import { assertAgreement } from "../library/agreement.ts";
import { expectedViolations, type Question, questionOf, type Run, titleOf } from "../library/runs.ts";

export interface CheckOptions {
  readonly maxStates: number | undefined;
  /** Up to how many states to compare with the plain search. */
  readonly compareUpTo: number;
  /** Whether to search it in every way that there is. */
  readonly everyWay: boolean;
  /** Whether to search it again with locks of VMAs even where the model leaves them out. */
  readonly vmaLocks: boolean;
  /** Searched again with this store. */
  readonly store: StoreName | undefined;
}

export interface CheckedRun {
  readonly title: string;
  readonly states: number;
  readonly complete: boolean;
  readonly outcome: Outcome;
  readonly rangeError: boolean;
  readonly violated: readonly string[];
  readonly expected: readonly string[] | undefined;
  /** States that must be reachable and are not. */
  readonly missed: readonly string[];
  /** Counts that are not the expected ones. */
  readonly drifts: readonly Drift[];
  readonly seconds: number;
  /** Whether the plain search was run, and what it found if that differs. */
  readonly compared: boolean;
  readonly disagreement: string | undefined;
  /** Where searches of different ways do not agree, which. */
  readonly wayDiffers: string | undefined;
  /** The title of the run that was searched, if this run has the same program and the same properties. */
  readonly sameAs?: string;
}

export async function checkRun(
  found: Run,
  question: Question,
  { maxStates, compareUpTo, everyWay, vmaLocks, store }: CheckOptions,
): Promise<CheckedRun> {
  const start = performance.now();
  const { program, properties, names, promised } = question;
  const bounds = maxStates === undefined ? found.spec.search : { maxStates };
  const options: SearchOptions = { ...boundsOf(bounds), workers: 1, soloStates: Number.MAX_VALUE };
  const result = await search(program, properties, options);
  const again = store === undefined ? result : await search(program, properties, { ...options, store });

  const rangeError = result.violations.some(({ property }) => property === "range-error");
  const violated = result.violations.flatMap(({ property }) =>
    property === "range-error" ? [] : [at(names, property)],
  );
  const untested = properties.filter(
    (_, position) => position >= promised && result.tested[position]?.includes(true) !== true,
  );
  const beyond = await reachedBeyond(search, program, untested, result, options);
  const missed = untested.map((property) => property.name).filter((one) => !beyond.includes(one));
  const drifts = await driftsFrom(found.run.counts, question, result, options);
  const compared = result.complete && result.states <= compareUpTo;
  return {
    ...judged({ violated, complete: result.complete, rangeError, missed, drifts }, found),
    states: result.states,
    compared,
    disagreement: compared ? disagreement(() => assertAgreement(result, question)) : undefined,
    wayDiffers: everyWay
      ? await compareWays(question)
      : (differenceBetweenStores(result, again) ??
        (vmaLocks && result.complete ? await differenceWithLocks(found, violated, options) : undefined)),
    seconds: (performance.now() - start) / 1000,
  };
}

/** The result of a run with the same program and the same properties, judged by what this run's file expects. */
export function judgedAgain(earlier: CheckedRun, found: Run): CheckedRun {
  return { ...earlier, ...judged(earlier, found), sameAs: earlier.title, seconds: 0 };
}

type Findings = Pick<CheckedRun, "violated" | "complete" | "rangeError" | "missed" | "drifts">;

function judged(
  { violated, complete, rangeError, missed, drifts }: Findings,
  found: Run,
): Findings & Pick<CheckedRun, "title" | "outcome" | "expected"> {
  const expected = expectedViolations(found.run);
  const outcome = outcomeOf(
    { violated, complete, rangeError, missed: missed.length > 0, drifts },
    expected === undefined ? undefined : expected.length === 0 ? "holds" : { violates: expected },
  );
  return { title: titleOf(found), outcome, violated, complete, rangeError, expected, missed, drifts };
}

/** Scenarios expect the counts of a search with symmetries, which is the default of the command line. */
async function driftsFrom(
  counts: ExpectedCounts,
  { program, properties, symmetries }: Question,
  unreduced: SearchResult,
  options: SearchOptions,
): Promise<readonly Drift[]> {
  if (Object.keys(counts).length === 0) return [];
  const counted = symmetries.length === 0 ? unreduced : await search(program, properties, { ...options, symmetries });
  return driftsOf(counts, counted);
}

function differenceBetweenStores(exact: SearchResult, other: SearchResult): string | undefined {
  for (const what of ["states", "transitions", "depth", "complete", "transitionsOf", "tested", "violations"] as const)
    if (!isDeepStrictEqual(exact[what], other[what])) return `the store ${other.store} gives other ${what}`;
  return undefined;
}

/** The verdict must not depend on whether a VMA has a lock that makes no difference. */
async function differenceWithLocks(
  { spec, run }: Run,
  violated: readonly string[],
  options: SearchOptions,
): Promise<string | undefined> {
  const system = { ...spec.scenario.system, vmaLocks: "always" } as const;
  const { program, properties, names } = questionOf({ run, spec: { ...spec, scenario: { ...spec.scenario, system } } });
  const { violations, complete } = await search(program, properties, options);
  const found = violations.map((violation) => violatedName(violation, names));
  if (!complete || isDeepStrictEqual(found.toSorted(), violated.toSorted())) return undefined;
  return `with all locks of VMAs: violates ${found.join(", ")}`;
}

/** Loaded only for this, because it needs the compiled search. */
async function compareWays(question: Question): Promise<string | undefined> {
  const { differenceBetweenWays } = await import("./every-way.ts");
  return differenceBetweenWays(question);
}

function disagreement(compare: () => void): string | undefined {
  try {
    compare();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
