/** A review in words: only what the change makes different, and how many runs stay the same. */

import { paragraph } from "../text/paragraph.ts";
import { count, grouped } from "../text/quantities.ts";
import type { Difference } from "./difference.ts";

export interface ReviewedRun {
  readonly spec: string;
  readonly kernel: string;
  readonly difference: Difference;
  /** The files of the counterexamples, by property. */
  readonly traces: ReadonlyMap<string, string>;
}

export interface RefusedRun {
  readonly spec: string;
  readonly kernel: string;
  readonly message: string;
}

export interface ReviewSummary {
  readonly differing: readonly ReviewedRun[];
  /** Runs that the change has no place in, that it refuses, and that it leaves as they are. */
  readonly untouched: number;
  readonly refused: readonly RefusedRun[];
  readonly same: number;
  /** Of the runs that stay the same or differ: those with more states than were explored. */
  readonly incomplete: number;
  /** Scenarios that do not name the kernels. */
  readonly skipped: number;
}

export function reviewText(summary: ReviewSummary): readonly string[] {
  const { differing, untouched, refused, same, incomplete, skipped } = summary;
  const total = differing.length + untouched + refused.length + same;
  return [
    ...section("turned bad", differing, ({ difference, traces }) =>
      difference.bad.map(({ property, steps }) => {
        const file = traces.get(property);
        return `${property} is violated after ${count(steps, "step")}${file === undefined ? "" : `: ${file}`}`;
      }),
    ),
    ...section("turned good", differing, ({ difference }) => difference.good.map((property) => `${property} holds`)),
    ...section(
      "violated only without the change, but not explored to the end with it",
      differing,
      ({ difference }) => difference.open,
    ),
    ...section("no longer tested", differing, ({ difference }) => difference.untested),
    ...section("steps no longer reached", differing, ({ difference }) => difference.unreached),
    `${count(total, "run")}: ${grouped(differing.length)} differ, ${grouped(same)} stay the same, ` +
      `${grouped(untouched)} have no place for the change`,
    ...(refused.length === 0
      ? []
      : paragraph(
          `${count(refused.length, "run")} cannot be changed so: ${refused[0]?.message.split("\n")[0] ?? ""}`,
          "  ",
          "",
        )),
    ...(incomplete === 0 ? [] : [`${count(incomplete, "run")} not explored to the end (--max-states)`]),
    ...(skipped === 0 ? [] : [`${count(skipped, "scenario")} left out that do not name the kernel`]),
  ];
}

function section(
  title: string,
  runs: readonly ReviewedRun[],
  linesOf: (run: ReviewedRun) => readonly string[],
): readonly string[] {
  const told = runs.flatMap((run) => {
    const lines = linesOf(run);
    return lines.length === 0
      ? []
      : [`  ${run.spec} on ${run.kernel}`, ...lines.flatMap((line) => paragraph(line, "      ", "    "))];
  });
  return told.length === 0 ? [] : [`${title}:`, ...told, ""];
}
