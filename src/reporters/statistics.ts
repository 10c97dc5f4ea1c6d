/** How much was explored, and what a result says nothing about, in a line or two. */

import type { PartCounts } from "../checker/contract/search-types.ts";
import { paragraph } from "../text/paragraph.ts";
import { bytes, count, grouped, percent, probability, seconds } from "../text/quantities.ts";
import { remarks } from "./coverage-summary.ts";
import { goingOnLines } from "./going-on.ts";
import type { CheckResult } from "./report.ts";

export function briefStatistics(result: CheckResult, commands: boolean): readonly string[] {
  const { states, depth, seconds: time } = result.statistics;
  const explored = `${count(states, "state")}, depth ${grouped(depth)}, ${seconds(time)}`;
  return [
    ...paragraph([explored, ...silent(result)].join("; "), "    ", "  "),
    ...storeLines(result),
    ...goingOnLines(result, commands),
    ...remarks(result),
  ];
}

/** Whether the statistics count what only the long form names. */
export function isSilent(result: CheckResult): boolean {
  return silent(result).length > 0;
}

/** A missing step tells something only if the search was complete. */
function silent({ complete, vacuous, unreached }: CheckResult): readonly string[] {
  const untested = vacuous.filter(({ kind }) => kind === "property").length;
  const counts = [
    ...(untested === 0 ? [] : [`${count(untested, "property", "properties")} untested`]),
    ...(unreached.length === 0 ? [] : [`${count(unreached.length, "step")} unreached`]),
  ];
  return !complete || counts.length === 0 ? [] : [counts.join(", ")];
}

/** What the verdict rests on, if states are not stored as a whole. */
export function storeLines({ statistics }: CheckResult): readonly string[] {
  const { store, omissionProbability, filled = 0, parts, bytesOnDisk } = statistics;
  if (parts !== undefined) return paragraph(`${partsSentence(statistics, parts)}; ${bytes(bytesOnDisk)} on disk`, "  ");
  const known = {
    exact: "",
    fingerprint: "each state is stored as 64 bits",
    bitstate: `each state is stored as 3 bits of a filter that is ${percent(filled)} full`,
  };
  if (store === "exact" || store === "tree") return [];
  const missed = `omission probability at most ${probability(omissionProbability)}`;
  return paragraph(`${known[store]}, ${missed}; ${bytes(bytesOnDisk)} on disk`, "  ");
}

/** With few states, it means nothing if parts do not repeat. */
const fewStates = 10_000;

function partsSentence({ states }: CheckResult["statistics"], { left, right }: PartCounts): string {
  const stored = `each state is stored as a pair of parts (${grouped(left)} different left parts, ${grouped(right)} right parts)`;
  const repeat = states < fewStates || left + right < states / 2;
  return repeat ? stored : `${stored}; they repeat so seldom that --store exact needs less memory`;
}
