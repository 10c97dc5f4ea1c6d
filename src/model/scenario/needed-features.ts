/** What a scenario uses that only some kernels have. */
import type { FeatureName } from "../features/catalogue.ts";
import type { Scenario, UserfaultfdMode } from "./scenario.ts";

/** A feature, and the VMA for which the scenario needs it. */
export interface NeededFeature {
  readonly feature: FeatureName;
  readonly process: string;
  readonly vma: string;
  readonly mode: UserfaultfdMode;
}

const byMode: Readonly<Record<UserfaultfdMode, FeatureName | undefined>> = {
  sync: undefined,
  unpopulated: "uffd-wp-unpopulated",
  async: "uffd-wp-async",
};

/** A kernel without one of these features cannot run the scenario, unless the scenario takes the feature away itself. */
export function neededFeatures({ system }: Scenario): readonly NeededFeature[] {
  return system.processes
    .filter(({ forkedFrom }) => forkedFrom === undefined)
    .flatMap(({ name: process, vmas }) =>
      vmas.flatMap(({ name: vma, userfaultfd: mode = "sync" }) => {
        const feature = byMode[mode];
        return feature === undefined ? [] : [{ feature, process, vma, mode }];
      }),
    );
}
