/** What a scenario uses that only some kernels have. */
import type { FeatureName } from "../features/catalogue.ts";
import { findOperation } from "./operation-catalogue.ts";
import type { OperationCall, Scenario, UserfaultfdMode } from "./scenario.ts";

/** A feature, what needs it, and where this stands in a scenario's file: keys and positions from the root. */
export interface NeededFeature {
  readonly feature: FeatureName;
  readonly what: string;
  readonly path: readonly (string | number)[];
}

const byMode: Readonly<Record<UserfaultfdMode, FeatureName | undefined>> = {
  sync: undefined,
  unpopulated: "uffd-wp-unpopulated",
  async: "uffd-wp-async",
};

/** A kernel without one of these features cannot run the scenario, unless the scenario takes the feature away itself. */
export function neededFeatures({ system, initially, actors }: Scenario): readonly NeededFeature[] {
  const ofVmas = system.processes
    .filter(({ forkedFrom }) => forkedFrom === undefined)
    .flatMap(({ name, vmas }) =>
      vmas.flatMap(({ name: vma, userfaultfd: mode = "sync" }) => {
        const path = ["system", "processes", name, "vmas", vma, "userfaultfd"];
        const feature = byMode[mode];
        return feature === undefined ? [] : [{ feature, what: `"userfaultfd": "${mode}"`, path }];
      }),
    );
  const ofCall = ({ operation }: OperationCall, path: NeededFeature["path"]): readonly NeededFeature[] => {
    const feature = findOperation(operation)?.needs;
    return feature === undefined ? [] : [{ feature, what: operation, path: [...path, operation] }];
  };
  const ofActors = actors.flatMap(({ name, run }) =>
    run.flatMap((item, position) => {
      const path = ["actors", name, "run", position];
      return item.kind === "operation"
        ? ofCall(item.call, path)
        : item.calls.flatMap((call, choice) => ofCall(call, [...path, "any", choice]));
    }),
  );
  return [...ofVmas, ...initially.flatMap(({ call }, position) => ofCall(call, ["initially", position])), ...ofActors];
}
