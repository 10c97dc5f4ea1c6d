import type { KernelVersion } from "../../../model/versions/rows.ts";
import type { State } from "./state.ts";

/** The kernels that the next check takes: those that were chosen, or else those that the scenario names. */
export function kernelsOf({ choices, lastFacts }: State): readonly KernelVersion[] {
  if (choices.kernels.length > 0) return choices.kernels;
  return lastFacts?.kernels ?? [];
}
