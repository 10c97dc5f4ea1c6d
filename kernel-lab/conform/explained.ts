/** Differences between kernels and model that are known and right: each has a reason, and a place where it is documented. */
import type { LabStep } from "../lab-program.ts";
import type { Difference } from "./fields.ts";

export interface Explained {
  /** A few words, for the table at the end of a run. */
  readonly name: string;
  readonly because: string;
  /** The topic of docs/fidelity.md, "What is left out". */
  readonly topic: string;
  readonly covers: (difference: Difference, step: LabStep) => boolean;
}

export const explained: readonly Explained[] = [];

export function explanationOf(difference: Difference, step: LabStep): Explained | undefined {
  return explained.find(({ covers }) => covers(difference, step));
}
