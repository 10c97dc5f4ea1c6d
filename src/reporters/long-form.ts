/** What `--full` adds to a result: every counterexample with its story and its steps, and all statistics. */
import type { ChalkInstance } from "chalk";
import { paragraph } from "../text/paragraph.ts";
import { bytes, count, grouped, seconds } from "../text/quantities.ts";
import { promiseOf } from "../trace/promise.ts";
import { renderCounterexample } from "./counterexample.ts";
import { renderCoverage } from "./coverage-summary.ts";
import { goingOnLines } from "./going-on.ts";
import { type CheckResult, hasTrace, type KeptTrace, tracesIn } from "./report.ts";
import { storeLines } from "./statistics.ts";
import { leftOutSentence } from "./symmetry-left-out.ts";

export function longForm(result: CheckResult, colors: ChalkInstance, commands: boolean): readonly string[] {
  const counterexamples = tracesIn(result)
    .filter(hasTrace)
    .flatMap((found) => longCounterexample(found, colors));
  return [...counterexamples, ...statistics(result, colors, commands)];
}

export function longCounterexample({ trace }: KeptTrace, colors: ChalkInstance): readonly string[] {
  const title = paragraph(promiseOf(trace), "  ").map((line) => colors.bold(line));
  return ["", ...title, "", ...renderCounterexample(trace, { colors, full: false })];
}

function statistics(result: CheckResult, colors: ChalkInstance, commands: boolean): readonly string[] {
  const { states, transitions, depth, workers, ...speed } = result.statistics;
  return [
    "",
    `  ${count(states, "state")}, ${count(transitions, "transition")}, depth ${grouped(depth)}`,
    `  ${seconds(speed.seconds)}, ${grouped(speed.statesPerSecond)} states/s with ${count(workers, "worker")}`,
    `  ${bytes(speed.bytesPerState * states)} of memory, ${memoryOfState(result)}`,
    ...storeLines(result),
    ...symmetries(result),
    ...renderCoverage(result),
    ...goingOnLines(result, commands),
    ...(commands ? [colors.dim(`  rerun: ${result.reproduce}`)] : []),
  ];
}

function symmetries({ statistics: { symmetries: used }, symmetriesLeftOut }: CheckResult): readonly string[] {
  const alike = used.map(({ name, elements }) => `${name} ${elements.join(", ")}`);
  const counted = alike.length === 0 ? [] : paragraph(`symmetric states counted once (${alike.join("; ")})`, "  ");
  return [...counted, ...symmetriesLeftOut.flatMap((symmetry) => paragraph(leftOutSentence(symmetry), "  "))];
}

/** With few states, most of the memory is the empty tables, so the bytes per state would mean nothing. */
function memoryOfState({ statistics: { states, bytesPerState, bitsPerState } }: CheckResult): string {
  const bits = `${count(bitsPerState, "bit")} per state`;
  return states < 10_000 ? bits : `${bytesPerState.toFixed(1)} bytes per state, ${bits}`;
}
