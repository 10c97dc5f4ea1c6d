/** What a search of one scenario under one kernel finds, small enough to be kept and compared. */
import type { CheckTarget } from "../check/check-request.ts";
import { unreachedSteps, vacuousNames } from "../check/coverage.ts";
import { namedViolations, originOf } from "../check/keep-traces.ts";
import type { Prepared } from "../check/prepare.ts";
import { boundsOf } from "../check/search-options.ts";
import type { Search, SearchOptions } from "../checker/contract/search-types.ts";
import { at } from "../ir/lookup.ts";
import type { Frame } from "../ir/program.ts";
import { buildTrace } from "../trace/build-trace.ts";
import type { Trace } from "../trace/format.ts";

export interface Findings {
  /** By violated property: the steps of its shortest counterexample. */
  readonly violated: Readonly<Record<string, number>>;
  /** Properties that were never tested, and `sometimes` that were never true. */
  readonly untested: readonly string[];
  /** The steps that were taken and those that were not, as `PROCEDURE: STEP`. */
  readonly reached: readonly string[];
  readonly unreached: readonly string[];
  /** The calls in which at least one step was taken, each as `CALLER > CALLEE`. */
  readonly called: readonly string[];
  readonly states: number;
  /** Whether everything was explored that violating steps do not cut off. */
  readonly complete: boolean;
}

export interface Searched {
  readonly findings: Findings;
  /** The counterexample of a violated property. Throws a RangeError if that is not violated. */
  readonly traceOf: (property: string, version: string) => Trace;
}

export interface SearchLimits {
  readonly maxStates: number;
  /** Whether to end at the first violation. */
  readonly stopAtFirst?: boolean;
}

/** Searches on one thread: many searches run side by side. */
export async function searchFor(
  search: Search,
  target: CheckTarget,
  prepared: Prepared,
  limits: SearchLimits,
): Promise<Searched> {
  const { program, properties, sometimes } = prepared;
  const checks = [...properties.map(({ property }) => property), ...sometimes];
  const found = await search(program, checks, optionsFor(target.spec.search, prepared, limits));
  const violations = namedViolations(prepared, found.violations);
  const unused = vacuousNames(
    program,
    properties.map(({ property }) => property),
    sometimes,
    found,
  );
  const unreached = new Set(unreachedSteps(program, found).map(nameOfStep));
  const names = new Set(program.locations.flatMap((one) => (one.body.length === 0 ? [] : nameOfStep(one))));
  return {
    findings: {
      violated: Object.fromEntries(violations.map(({ property, steps }) => [property, steps.length])),
      untested: unused.map(({ name }) => name),
      reached: [...names].filter((name) => !unreached.has(name)),
      unreached: [...unreached],
      called: [
        ...new Set(
          program.locations.flatMap(({ id, stack }) => (at(found.transitionsOf, id) > 0 ? callOf(stack) : [])),
        ),
      ],
      states: found.states,
      complete: found.complete,
    },
    traceOf(property, version) {
      const violation = violations.find((one) => one.property === property);
      if (violation === undefined) throw new RangeError(`${property} is not violated`);
      return buildTrace(prepared, violation, originOf(target, version));
    },
  };
}

/** How findings name a step. */
export function nameOfStep({ procedure, label }: { readonly procedure: string; readonly label: string }): string {
  return `${procedure}: ${label}`;
}

/** How findings name a call. */
export function nameOfCall(caller: string, callee: string): string {
  return `${caller} > ${callee}`;
}

/** The innermost call. */
function callOf(stack: readonly Frame[]): readonly string[] {
  const [caller, callee] = stack.slice(-2);
  return caller === undefined || callee === undefined ? [] : [nameOfCall(caller.procedure, callee.procedure)];
}

function optionsFor(
  bounds: CheckTarget["spec"]["search"],
  { symmetries }: Prepared,
  { maxStates, stopAtFirst = false }: SearchLimits,
): SearchOptions {
  return {
    symmetries,
    stopWhen: stopAtFirst ? "first-violation-level" : "exhausted",
    workers: 1,
    soloStates: Number.MAX_SAFE_INTEGER,
    maxStates,
    memoryBytes: 2 ** 30,
    ...boundsOf(bounds),
  };
}
