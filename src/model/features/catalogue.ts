/** The features of all subjects, and the features that a kernel has. */
import type { KernelVersion } from "../versions/rows.ts";
import { collapseFeatures } from "./collapse.ts";
import { devicePrivateFeatures } from "./device-private.ts";
import { driverFeatures } from "./driver.ts";
import { type Feature, kernelsWith } from "./feature.ts";
import { forkFeatures } from "./fork.ts";
import { ksmAndUprobesFeatures } from "./ksm-and-uprobes.ts";
import { madviseFreeFeatures } from "./madvise-free.ts";
import { makeExclusiveFeatures } from "./make-exclusive.ts";
import { migrationFeatures } from "./migration.ts";
import { mremapFeatures } from "./mremap.ts";
import { pageFeatures } from "./page.ts";
import { protectionFeatures } from "./protection.ts";
import { reclaimFeatures } from "./reclaim.ts";
import { restoreExclusiveFeatures } from "./restore-exclusive.ts";
import { reverseMapFeatures } from "./reverse-map.ts";
import { softDirtyFeatures } from "./soft-dirty.ts";
import { swapInFeatures } from "./swap-in.ts";
import { userfaultfdFeatures } from "./userfaultfd.ts";
import { vmaLockFeatures } from "./vma-locks.ts";
import { zapFeatures } from "./zap.ts";

const bySubject = [
  ...makeExclusiveFeatures,
  ...restoreExclusiveFeatures,
  ...reverseMapFeatures,
  ...forkFeatures,
  ...vmaLockFeatures,
  ...zapFeatures,
  ...mremapFeatures,
  ...madviseFreeFeatures,
  ...protectionFeatures,
  ...userfaultfdFeatures,
  ...softDirtyFeatures,
  ...migrationFeatures,
  ...devicePrivateFeatures,
  ...reclaimFeatures,
  ...swapInFeatures,
  ...ksmAndUprobesFeatures,
  ...collapseFeatures,
  ...pageFeatures,
  ...driverFeatures,
] as const;

export type FeatureName = (typeof bySubject)[number]["name"];
export type FeatureSet = ReadonlySet<FeatureName>;

export const features: readonly Feature<FeatureName>[] = bySubject;

/** The features of a kernel, with some added and some removed. */
export function featuresOf(
  kernel: KernelVersion,
  changes: { readonly with: readonly FeatureName[]; readonly without: readonly FeatureName[] },
): FeatureSet {
  const own = features.filter((feature) => kernelsWith(feature).includes(kernel)).map(({ name }) => name);
  return new Set([...own, ...changes.with].filter((name) => !changes.without.includes(name)));
}
