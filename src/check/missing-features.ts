/** Refuses a kernel that lacks what the scenario uses. */
import { UserError } from "../diagnostics/user-error.ts";
import { features, featuresOf } from "../model/features/catalogue.ts";
import { releaseWith } from "../model/features/feature.ts";
import { shortly } from "../model/releases.ts";
import { neededFeatures } from "../model/scenario/needed-features.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { diagnosticAt, spanOf } from "../spec/source-file.ts";
import type { FeatureChanges, Spec } from "../spec/spec.ts";

/**
 * Throws a UserError if the scenario needs a feature that the kernel's row lacks and that no `with` adds. A feature that
 * `without` takes away does not count as missing: this is how to see what it is for.
 */
export function rejectMissingFeatures(spec: Spec, kernel: KernelVersion, changes: FeatureChanges): void {
  const has = featuresOf(kernel, { with: changes.with, without: [] });
  const missing = neededFeatures(spec.scenario).filter(({ feature }) => !has.has(feature));
  if (missing.length === 0) return;
  throw new UserError(
    missing.map(({ feature, what, path }) => {
      const from = features.filter(({ name }) => name === feature).map(releaseWith);
      const message = `on ${kernel} (${shortly(kernel)}) there is no ${what}, which came with Linux ${from}; expected a later kernel, or "with": ["${feature}"]`;
      const span = spanOf(spec.source, path);
      return diagnosticAt(spec.source, span, { code: "spec/missing-feature", message });
    }),
  );
}
