/** Differences that only actors on several CPUs make, and that are known and right. */
import { type Explained, explained, scanWarning } from "../conform/explained.ts";
import { type Difference, kindOfField } from "../conform/fields.ts";
import type { LabProgram } from "../lab-program.ts";

const ofBatches: Explained = {
  name: "a page that MADV_FREE did not mark, because another CPU holds it back",
  because:
    "folio_mark_lazyfree() marks only a page that is on an LRU list. A page that was just made is in a batch of the CPU that made it. The model has no batches.",
  topic: "Isolating a page",
  covers: ({ field, kernel, model }, { steps }) =>
    kindOfField(field) === "page swapBacked" &&
    kernel === true &&
    model === false &&
    steps.some(({ call }) => call.operation === "madvise_free"),
};

/** Here it may be any operation, and not only the last. */
const ofScans: Explained = {
  ...scanWarning,
  covers: (difference, { setup, steps }) =>
    steps.some((_, position) => scanWarning.covers(difference, { setup, steps: steps.slice(0, position + 1) })),
};

/** The model of these setups swaps on a disk, and the guest does not. */
const ofSwap: Explained = {
  name: "a page is clean that was read from swap without the swap cache",
  because:
    "Zram reads at once (SWP_SYNCHRONOUS_IO), so do_swap_page() reads a page that one entry refers to without the swap cache. A page that leaves the swap cache becomes dirty; one that was never in it does not.",
  topic: "Reading from swap",
  covers: ({ field, kernel, model }, { steps }) =>
    kindOfField(field) === "page dirty" &&
    kernel === false &&
    model === true &&
    steps.some(({ call }) => call.operation === "reclaim"),
};

export function explainEnd(difference: Difference, program: LabProgram): Explained | undefined {
  return [...explained, ofSwap, ofBatches, ofScans].find(({ covers }) => covers(difference, program));
}
