/** What random walks found, as text for people and as the document that schema/simulation.schema.json describes. */

import type { ChalkInstance } from "chalk";
import { paragraph } from "../text/paragraph.ts";
import { printableParts } from "../text/printable.ts";
import { count, grouped, seconds } from "../text/quantities.ts";
import { changesInWords } from "../trace/changes-text.ts";
import type { FeatureChanges } from "../trace/format.ts";
import { jsonText } from "./json-text.ts";
import { longCounterexample } from "./long-form.ts";
import { chooseOne, countAll, renderMore, renderOne } from "./one-counterexample.ts";
import { coloring } from "./outcome-color.ts";
import { type Expectation, type KeptTrace, type Outcome, placeOf, type Remarks, type Verdict } from "./report.ts";

/** Walks through a scenario under one kernel. */
export interface WalksResult extends Remarks {
  readonly spec: string;
  readonly kernel: string;
  readonly features: FeatureChanges;
  /** Never `holds`. */
  readonly verdict: Exclude<Verdict, "holds">;
  readonly expected: Expectation | undefined;
  readonly outcome: Outcome;
  readonly seed: number;
  readonly walks: number;
  readonly steps: number;
  readonly longest: number;
  readonly seconds: number;
  readonly stoppedBy: "timeout" | "signal" | undefined;
  /** In how many of the walks each `sometimes` condition was met. */
  readonly sometimes: readonly { readonly name: string; readonly walks: number }[];
  readonly violations: readonly WalkedTrace[];
  readonly rangeError: WalkedTrace | undefined;
}

export interface WalkedTrace extends KeptTrace {
  /** Undefined if the search for a shorter path found it. */
  readonly walk: { readonly number: number; readonly length: number } | undefined;
  /** Whether no path to the violation is shorter. */
  readonly shortest: boolean;
}

export interface WalksOptions {
  readonly colors: ChalkInstance;
  /** Verdicts only. */
  readonly quiet: boolean;
  /** Every counterexample step by step. */
  readonly full: boolean;
}

export function renderWalks(walked: WalksResult, { quiet, full, colors }: WalksOptions): string {
  const result = printableParts(walked);
  const found = foundIn(result);
  const lines = [
    headline(result, colors),
    ...(quiet ? [] : found.map((one) => summary(one, colors))),
    ...(full && !quiet ? found.flatMap((one) => longCounterexample(one, colors)) : []),
    ...(full && !quiet && found.length > 0 ? [""] : []),
    ...(quiet ? [] : [...statistics(result), colors.dim(`  rerun: ${result.reproduce}`)]),
  ];
  return text(lines);
}

/** One counterexample of all walks. */
export function renderWalkedRace(walked: readonly WalksResult[], { quiet, full, colors }: WalksOptions): string {
  const results = printableParts(walked);
  const chosen = quiet || full ? undefined : chooseOne(results);
  if (chosen === undefined) return "";
  const more = renderMore(countAll(results), undefined).map((line) => colors.dim(line));
  return text(["", ...renderOne(results, chosen, colors), "", ...more]);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function foundIn({ violations, rangeError }: WalksResult): readonly WalkedTrace[] {
  return rangeError === undefined ? violations : [...violations, rangeError];
}

function headline(result: WalksResult, colors: ChalkInstance): string {
  const { spec, kernel, features, outcome } = result;
  const changes = changesInWords(features);
  return `${colors.bold(spec)} on ${kernel}${changes.join("")}: ${coloring(outcome, colors)(sentence(result))}`;
}

function sentence({ verdict, rangeError, walks, outcome, expected, violations }: WalksResult): string {
  if (rangeError !== undefined) return "no verdict: a value of the model left its range";
  if (verdict === "incomplete") return `incomplete, nothing found in ${count(walks, "random walk")}`;
  if (expected === undefined) return "violated";
  if (outcome !== "differs") return "violated, as expected";
  const allowed = expected === "holds" ? [] : expected.violates;
  const names = violations.map(({ property }) => property).filter((property) => !allowed.includes(property));
  return `violated, but not expected to violate ${names.join(", ")}`;
}

function summary({ property, length: steps, path, walk, shortest }: WalkedTrace, colors: ChalkInstance): string {
  const by = walk === undefined ? "" : ` (walk ${grouped(walk.number)} took ${grouped(walk.length)})`;
  const length = `${count(steps, "step")}${shortest ? "" : ", perhaps not the shortest"}`;
  return `  ${colors.bold(property)} is violated after ${length}${by}: ${placeOf({ path })}`;
}

function statistics(result: WalksResult): readonly string[] {
  const { seed, walks, steps, longest, stoppedBy, seconds: time } = result;
  const stop = stoppedBy === undefined ? "" : `, stopped by ${stoppedBy === "timeout" ? "the time limit" : "a signal"}`;
  return [
    `  ${count(walks, "walk")} from seed ${seed}, ${count(steps, "step")}, the longest walk ${grouped(longest)}${stop}`,
    `  ${seconds(time)}, ${grouped(rate(result))} steps/s`,
    ...result.sometimes.flatMap(({ name, walks: met }) =>
      paragraph(`"${name}" met in ${grouped(met)} of ${count(walks, "walk")}`, "    ", "  "),
    ),
  ];
}

function rate({ steps, seconds: time }: WalksResult): number {
  return time > 0 ? Math.round(steps / time) : 0;
}

export function walksJson(version: string, results: readonly WalksResult[]): string {
  return `${jsonText({ version, results: results.map(resultJson) }, 2)}\n`;
}

function resultJson(result: WalksResult): object {
  const { rangeError } = result;
  return {
    spec: result.spec,
    kernel: result.kernel,
    features: result.features,
    verdict: result.verdict,
    expected: result.expected ?? null,
    unexpected: result.outcome === "differs" || result.outcome === "model-error",
    seed: result.seed,
    walks: result.walks,
    steps: result.steps,
    longest: result.longest,
    seconds: Number(result.seconds.toFixed(3)),
    stepsPerSecond: rate(result),
    ...(result.stoppedBy === undefined ? {} : { stoppedBy: result.stoppedBy }),
    sometimes: result.sometimes,
    violations: result.violations.map((found) => ({ property: found.property, ...foundJson(found) })),
    ...(rangeError === undefined
      ? {}
      : { rangeError: { message: rangeError.trace.violation.message, ...foundJson(rangeError) } }),
    ...(result.notes.length === 0 ? {} : { notes: result.notes }),
    reproduce: result.reproduce,
  };
}

function foundJson({ length, path, walk, shortest }: WalkedTrace): object {
  return { length, shortest, ...(walk === undefined ? {} : { walk }), trace: path ?? null };
}
