/** Which features of a kernel count in a setup. */
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import type { LabSetup } from "../lab-program.ts";

/**
 * MADV_PAGEOUT of a part of a large folio splits the folio before it reclaims anything
 * (madvise_cold_or_pageout_pte_range). So reclaim finds single pages, as on kernels that never swap out a folio as a whole.
 */
const ofWholeVmas: readonly FeatureName[] = ["reclaim-swaps-out-folios"];

export function featuresIn({ pagesOut }: LabSetup, features: Iterable<FeatureName>): ReadonlySet<FeatureName> {
  const counts = (feature: FeatureName) => pagesOut === "vma" || !ofWholeVmas.includes(feature);
  return new Set([...features].filter(counts));
}
