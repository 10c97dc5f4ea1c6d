import { changesInWords } from "../trace/changes-text.ts";
import type { FeatureChanges, Trace } from "../trace/format.ts";

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
export function traceTitle({ spec, kernel, features, property, violation }: Trace): string {
  const what = violation.kind === "none" ? "a path explored by hand" : `${property} is violated`;
  return `${titleOf({ spec: spec.name, kernel, features })}: ${what}`;
}
