/** Which actors a trace is about, and which of several traces tells the most. */
import type { Trace } from "../../../trace/format.ts";
import { actorsOf, bystandersOf } from "../../../trace/story.ts";
import type { TraceFile } from "../../protocol.ts";

/** The actors that could run and without which the trace ends the same. An actor without operations is not named. */
export function withoutWhom(trace: Trace): readonly string[] {
  return bystanders(trace).filter((actor) => trace.initial[`${actor}.pc`] !== "finished");
}

/** The trace in which most actors take part; of several, the first of the shortest. */
export function mostTelling(traces: readonly TraceFile[]): TraceFile | undefined {
  const ranked = traces.map((file) => ({ file, actors: countTakingPart(file.trace), steps: file.trace.steps.length }));
  return ranked.toSorted((a, b) => b.actors - a.actors || a.steps - b.steps)[0]?.file;
}

function countTakingPart(trace: Trace): number {
  return actorsOf(trace).length - bystanders(trace).length;
}

function bystanders(trace: Trace): readonly string[] {
  const { idle, unneeded } = bystandersOf(trace);
  return [...idle, ...unneeded];
}
