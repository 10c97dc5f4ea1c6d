/** Searches one random scenario in several ways. All must agree with each other and with the plain search. */
import { AssertionError } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { unreachedSteps } from "../../src/check/coverage.ts";
import { type Prepared, prepare } from "../../src/check/prepare.ts";
import { writtenChanges } from "../../src/check/written-changes.ts";
import type { SearchResult, Violation } from "../../src/checker/contract/search-types.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import type { State } from "../../src/ir/evaluate.ts";
import { at, lastOf } from "../../src/ir/lookup.ts";
import { asksAboutRuns } from "../../src/ir/property.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import type { Model } from "../../src/model/model.ts";
import { ScenarioError } from "../../src/model/scenario/scenario-error.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { RawSpec } from "../../src/spec/raw-spec.ts";
import type { KernelRun, Spec } from "../../src/spec/spec.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import { assertAgreement } from "../library/agreement.ts";
import { differenceAfter, neighbourSwaps } from "../library/permutation.ts";
import { randomTexts } from "../library/random-question.ts";
import { randomScenario } from "../library/random-scenario.ts";
import { type Question, questionIn } from "../library/runs.ts";
import { type Random, seeded } from "../library/seeded.ts";
import { type Way, waysFor } from "./ways.ts";

export interface Trial {
  /** `refused`: the model refuses the scenario. `too large`: the search of it was given up. */
  readonly end: "refused" | "too large" | "compared";
  readonly states: number;
  /** The scenario's own properties, and states that must be reachable. */
  readonly texts: number;
  readonly searches: number;
  readonly violated: number;
  readonly symmetries: number;
  readonly leftOut: number;
  readonly plain: boolean;
}

class Disagreement extends Error {}

/** A disagreement, or an internal error. */
export class Finding extends Error {
  override readonly name = "Finding";
  readonly scenario: string;
  /** Findings of the same kind may have the same cause. */
  readonly kind: string;
  constructor(error: unknown, scenario: string) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    super(error instanceof Disagreement ? error.message : text);
    this.scenario = scenario;
    const [first = ""] = this.message.split(error instanceof Disagreement ? ":" : "\n");
    this.kind = first.replace(/\d+/g, "N");
  }
}

export interface Bounds {
  /** A scenario with more states is given up. */
  readonly states: number;
  /** A scenario with more states is not compared with the plain search. */
  readonly plainStates: number;
}

export type Search = (question: Question, options: Way["options"]) => Promise<SearchResult>;

const nothing = { states: 0, texts: 0, searches: 0, violated: 0, symmetries: 0, leftOut: 0, plain: false };

/** A random scenario with random properties. The seed decides everything. */
export function tryScenario(seed: number, search: Search, bounds: Bounds): Promise<Trial> {
  const random = seeded(seed);
  return tryWithTexts(randomScenario(random, `random-${seed}`), random, search, bounds);
}

/** A scenario of one kernel, with random properties in place of its own. */
export async function tryWithTexts(drawn: RawSpec, random: Random, search: Search, bounds: Bounds): Promise<Trial> {
  const file = `${drawn.name}.json`;
  let scenario = JSON.stringify(drawn, null, 2);
  try {
    const made = modelOf(scenario, file);
    if (made === undefined) return { end: "refused", ...nothing };
    const { model, run } = made;
    const texts = randomTexts(random, model, 1 + random.below(4));
    scenario = JSON.stringify({ ...drawn, ...texts, properties: ["all", ...texts.properties] }, null, 2);
    const spec = parseSpec(scenario, file);
    const prepared = prepare({ buildModel: () => model }, spec, run.kernel, run);
    const trial = await compare(prepared, { spec, run, search, bounds, random });
    return { ...trial, texts: texts.properties.length + texts.sometimes.length };
  } catch (error) {
    throw new Finding(error, scenario);
  }
}

/** Undefined if the scenario is impossible: an operation on something missing, or one that cannot end alone. */
function modelOf(text: string, file: string): { readonly model: Model; readonly run: KernelRun } | undefined {
  try {
    const spec = parseSpec(text, file);
    const [run] = spec.kernels as [KernelRun];
    return { model: buildModel(spec.scenario, featuresOf(run.kernel, run)), run };
  } catch (error) {
    if (error instanceof UserError || error instanceof ScenarioError) return undefined;
    throw error;
  }
}

interface Comparison {
  readonly spec: Spec;
  readonly run: KernelRun;
  readonly search: Search;
  readonly bounds: Bounds;
  readonly random: Random;
}

interface Searched {
  readonly way: Way;
  readonly result: SearchResult;
}

async function compare(prepared: Prepared, comparison: Comparison): Promise<Omit<Trial, "texts">> {
  const { search, bounds, random } = comparison;
  const question = questionIn(prepared);
  const [first, ...others] = waysFor(question, random) as [Way, ...Way[]];
  const base = await search(question, { ...first.options, maxStates: bounds.states });
  if (!base.complete) return { ...nothing, end: "too large", states: base.states, searches: 1 };
  rejectRangeError(base, prepared);

  const alike = new Map<string, Searched>([[first.counted, { way: first, result: base }]]);
  let stopped: Searched | undefined;
  let searches = 1;
  for (const way of others) {
    // Without a violation this is the same search again.
    if (way.options.stopWhen !== "exhausted" && base.violations.length === 0) continue;
    const result = await search(question, way.options);
    searches++;
    if (way.options.stopWhen === "exhausted") {
      demand(found(question, result), found(question, base), `${way.name} and ${first.name} find different things`);
    } else {
      demandFirst(result, base, question, `${way.name} is not the beginning of ${first.name}`);
      stopped ??= { way, result };
      const message = `${way.name} and ${stopped.way.name} find different things`;
      demand({ violations: result.violations }, { violations: stopped.result.violations }, message);
    }
    const same = alike.get(way.counted) ?? { way, result };
    alike.set(way.counted, same);
    demand(counts(result), counts(same.result), `${way.name} and ${same.way.name} count differently`);
  }
  for (const violation of base.violations) replay(prepared, violation, comparison);

  const plain = base.states <= bounds.plainStates;
  if (plain) compareWithInterpreter(question, base, prepared);
  return {
    end: "compared",
    states: base.states,
    searches,
    violated: base.violations.length,
    symmetries: question.symmetries.length,
    leftOut: prepared.leftOut.length,
    plain,
  };
}

/** The results that no reduction, store or number of threads may change. */
function found({ program, names }: Question, result: SearchResult): object {
  const { complete, violations, tested } = result;
  return {
    complete,
    violations: violations.map((violation) => asText(violation, names)),
    tested: Object.fromEntries(tested.map((checks, position) => [names[position], checks.join()])),
    unreached: unreachedSteps(program, result),
  };
}

function asText({ property, steps }: Violation, names: readonly string[]): string {
  const moves = steps.map(({ location, choice }) => `${location}.${choice}`).join(" ");
  return `${property === "range-error" ? property : names[property]} after ${steps.length} steps: ${moves}`;
}

/**
 * A search that stops at the level of its first violation finds the shortest, and perhaps others. Only a search of all
 * states judges the properties that are about whole runs.
 */
function demandFirst({ violations }: SearchResult, all: SearchResult, { properties }: Question, message: string): void {
  const judged = all.violations.filter(
    ({ property }) => property === "range-error" || !asksAboutRuns(at(properties, property)),
  );
  const lengths = judged.map(({ steps }) => steps.length);
  const shortest = violations.filter(({ steps }) => steps.length === Math.min(...lengths));
  const known = violations.every((own) => all.violations.some((violation) => isDeepStrictEqual(own, violation)));
  if (known && shortest.length > 0 === lengths.length > 0) return;
  throw new Disagreement(`${message}: ${short(violations)} against ${short(all.violations)}`);
}

/** Searches with the same reductions have the same counts. */
function counts({ states, transitions, depth, transitionsOf }: SearchResult): object {
  return { states, transitions, depth, transitionsOf };
}

function demand(one: unknown, other: unknown, message: string): void {
  if (isDeepStrictEqual(one, other)) return;
  throw new Disagreement(`${message}: ${differing(one, other)}`);
}

function differing(one: unknown, other: unknown): string {
  const parts = Object.entries(one ?? {}).filter(([key, value]) => !isDeepStrictEqual(value, Object(other)[key]));
  return parts
    .map(([key, value]): string => {
      const there: unknown = Object(other)[key];
      const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
      return isRecord ? `${key}: ${differing(value, there)}` : `${key}: ${short(value)} against ${short(there)}`;
    })
    .join("; ");
}

const short = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 300);

/** A value that leaves its range is an error of the model, and no verdict can be trusted. */
function rejectRangeError({ violations }: SearchResult, { program }: Prepared): void {
  const error = violations.find(({ property }) => property === "range-error");
  if (error === undefined) return;
  const { procedure, label } = at(program.locations, lastOf(error.steps).location);
  throw new Disagreement(`a value leaves its range after ${error.steps.length} steps, at ${procedure}: ${label}`);
}

/** Throws if the interpreter does not find the violation at the end of the steps. */
function replay(prepared: Prepared, violation: Violation, { spec, run }: Comparison): void {
  if (violation.property === "range-error") return;
  const { property } = at(prepared.properties, violation.property);
  const about = { name: spec.name, file: spec.file, content: spec.text };
  buildTrace(
    prepared,
    { ...violation, property: property.name },
    { tool: "soundness", spec: about, kernel: run.kernel, features: writtenChanges(run) },
  );
}

/** The number of states whose steps are compared with the steps of the permuted states. */
const mostPermuted = 6;

function compareWithInterpreter(question: Question, base: SearchResult, { program }: Prepared): void {
  const states: State[] = [];
  const stride = Math.max(1, Math.floor(base.states / mostPermuted));
  let count = 0;
  try {
    assertAgreement(base, question, undefined, (state) => {
      if (count++ % stride === 0) states.push(state);
    });
  } catch (error) {
    if (error instanceof AssertionError) throw new Disagreement(`the plain search disagrees: ${error.message}`);
    throw error;
  }
  for (const symmetry of program.symmetries) {
    const properties = question.symmetries.includes(symmetry) ? question.properties : [];
    for (const permutation of neighbourSwaps(symmetry)) {
      for (const state of states) {
        const step = differenceAfter(program, properties, symmetry, permutation, state);
        if (step === undefined) continue;
        throw new Disagreement(`${symmetry.name} ${symmetry.elements.join(", ")} are not interchangeable: ${step}`);
      }
    }
  }
}
