/** Differences between kernels and model that are known and right: each has a reason, and a place where it is documented. */

import type { SwapKind } from "../guest/words.ts";
import type { LabStep } from "../lab-program.ts";
import { type Difference, kindOfField } from "./fields.ts";

export interface Explained {
  /** A few words, for the table at the end of a run. */
  readonly name: string;
  readonly because: string;
  /** The topic of docs/fidelity.md, "What is left out". */
  readonly topic: string;
  /** `steps`: those of the program up to the one after which the difference is seen. */
  readonly covers: (difference: Difference, steps: readonly LabStep[], swap: SwapKind | undefined) => boolean;
}

export const explained: readonly Explained[] = [
  {
    name: "a page is clean that was read from swap without the swap cache",
    because:
      "Zram reads at once (SWP_SYNCHRONOUS_IO), so do_swap_page() reads a page that one entry refers to without the swap cache. A page that leaves the swap cache becomes dirty; one that was never in it does not.",
    topic: "Reading from swap",
    covers: ({ field, kernel, model }, steps, swap) =>
      swap === "zram" &&
      kindOfField(field) === "page dirty" &&
      kernel === false &&
      model === true &&
      steps.some(({ call }) => call.operation === "reclaim"),
  },
  {
    name: "a page is clean that was pinned without a walk under the page-table lock",
    because:
      "get_user_pages_fast() pins a page that a writable entry maps without making the page dirty. The model pins as get_user_pages() does, which makes it dirty (FOLL_TOUCH) if the entry is clean.",
    topic: "Pins",
    covers: ({ field, kernel, model }, steps) =>
      kindOfField(field) === "page dirty" &&
      kernel === false &&
      model === true &&
      steps.some(({ call }) => call.operation === "reclaim") &&
      steps.some(({ call }) => call.operation === "pin"),
  },
];

/** `swap`: what the kernel swaps on; undefined if it is not a real one. */
export function explanationOf(
  difference: Difference,
  steps: readonly LabStep[],
  swap: SwapKind | undefined,
): Explained | undefined {
  return explained.find(({ covers }) => covers(difference, steps, swap));
}
