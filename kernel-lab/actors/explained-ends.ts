/** Differences that only actors on several CPUs make, and that are known and right. */
import { type Explained, explained } from "../conform/explained.ts";
import { type Difference, kindOfField } from "../conform/fields.ts";
import type { LabStep } from "../lab-program.ts";

const ofBatches: Explained = {
  name: "a page that MADV_FREE did not mark, because another CPU holds it back",
  because:
    "folio_mark_lazyfree() marks only a page that is on an LRU list. A page that was just made is in a batch of the CPU that made it. The model has no batches.",
  topic: "Isolating a page",
  covers: ({ field, kernel, model }, steps) =>
    kindOfField(field) === "page swapBacked" &&
    kernel === true &&
    model === false &&
    steps.some(({ call }) => call.operation === "madvise_free"),
};

/** The guest swaps on zram here. */
export function explainEnd(difference: Difference, steps: readonly LabStep[]): Explained | undefined {
  return [...explained, ofBatches].find(({ covers }) => covers(difference, steps, "zram"));
}
