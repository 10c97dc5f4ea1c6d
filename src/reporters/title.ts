import { shortly } from "../model/releases.ts";
import { changesInPlainWords, changesInWords } from "../trace/changes-text.ts";
import { type FeatureChanges, type Trace, witnessedBy } from "../trace/format.ts";

/** `fork-race on v8 with mmap-lock without restore-notifies` */
export function titleOf(run: {
  readonly spec: string;
  readonly kernel: string;
  readonly features: FeatureChanges;
}): string {
  return `${run.spec} ${kernelOf(run)}`;
}

/** `on v8 with mmap-lock without restore-notifies` */
export function kernelOf({ kernel, features }: { readonly kernel: string; readonly features: FeatureChanges }): string {
  const changes = changesInWords(features);
  return `on ${kernel}${changes.join("")}`;
}

/** `fork-race on v8: no-deadlock is violated` */
export function traceTitle(trace: Trace): string {
  const { spec, kernel, features } = trace;
  return `${titleOf({ spec: spec.name, kernel, features })}: ${pointOf(trace)}`;
}

/** For readers who do not know the names of rows: `fork-race on v8 (the series as posted in 2021): no-deadlock is violated` */
export function plainTitle(trace: Trace): string {
  const { spec, kernel, features } = trace;
  const what = shortly(kernel);
  const changes = changesInPlainWords(features);
  const row = what === undefined ? kernel : `${kernel} (${what})`;
  return `${spec.name} on ${[row, ...changes].join(", ")}: ${pointOf(trace)}`;
}

/** What a trace shows: `no-deadlock is violated` */
export function pointOf(trace: Pick<Trace, "property" | "violation">): string {
  switch (trace.violation.kind) {
    case "none":
      return "a path explored by hand";
    case "witness":
      return `a witness of "${witnessedBy(trace)}"`;
    default:
      return `${trace.property} is violated`;
  }
}
