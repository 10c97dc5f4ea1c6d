import type { Seen, TraceStep } from "./format.ts";

/** What the step did, as the predicate of a sentence; without words for that, what such a step does in general. */
export function deedOf({ outcome, note }: Pick<TraceStep, "outcome" | "note">): string {
  return outcome ?? note;
}

/** The values that the step saw, if its words do not say them. */
export function seenBesideDeed({ outcome, sees }: Pick<TraceStep, "outcome" | "sees">): readonly Seen[] {
  return outcome === undefined ? sees : [];
}
