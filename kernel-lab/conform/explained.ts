/** Differences between kernels and model that are known and right: each has a reason, and a place where it is documented. */
import type { LabStep } from "../lab-program.ts";
import { type Difference, kindOfField } from "./fields.ts";

export interface Explained {
  /** A few words, for the table at the end of a run. */
  readonly name: string;
  readonly because: string;
  /** The topic of docs/fidelity.md, "What is left out". */
  readonly topic: string;
  /** `steps`: those of the program up to the one after which the difference is seen. */
  readonly covers: (difference: Difference, steps: readonly LabStep[]) => boolean;
}

export const explained: readonly Explained[] = [
  {
    name: "a page is clean that was read from swap without the swap cache",
    because:
      "Zram reads at once (SWP_SYNCHRONOUS_IO), so do_swap_page() reads a page that one entry refers to without the swap cache. A page that leaves the swap cache becomes dirty; one that was never in it does not.",
    topic: "Reading from swap",
    covers: ({ field, kernel, model }, steps) =>
      kindOfField(field) === "page dirty" &&
      kernel === false &&
      model === true &&
      steps.some(({ call }) => call.operation === "reclaim"),
  },
];

export function explanationOf(difference: Difference, steps: readonly LabStep[]): Explained | undefined {
  return explained.find(({ covers }) => covers(difference, steps));
}
