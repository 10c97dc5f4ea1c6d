/** Feature changes that change nothing. The caller reports them, and they do not count as part of the check. */

import { printEdit } from "../edits/edit.ts";
import type { Variable } from "../ir/variable.ts";
import { type FeatureName, featuresOf } from "../model/features/catalogue.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import type { FeatureChanges } from "../spec/spec.ts";
import type { CheckTarget } from "./check-request.ts";
import { changedFeatures } from "./feature-changes.ts";
import { editsWithoutPlace, type Prepared, prepareInTurns } from "./prepare.ts";

/** A feature that a caller switches on ("with") or off ("without") without effect, or an edit that has no place. */
export interface IdleFeature {
  readonly side: "with" | "without" | "edit";
  readonly name: string;
  readonly why: string;
}

/**
 * Returns the features of the check without the caller's idle changes, and these idle changes. `own` are the changes of
 * the scenario's file, `asked` those of the caller. Builds the model once for each comparison of programs.
 */
export async function withoutIdleFeatures(
  { spec, kernel }: Pick<CheckTarget, "spec" | "kernel">,
  own: FeatureChanges,
  asked: FeatureChanges,
  builder: Pick<ModelBuilder, "buildModel" | "recordScenario">,
): Promise<{ readonly features: FeatureChanges; readonly idle: readonly IdleFeature[] }> {
  let left = asked;
  const idle: IdleFeature[] = [];
  let whole: string | undefined;
  for (const side of ["with", "without"] as const) {
    for (const name of left[side]) {
      const fewer: FeatureChanges = { ...left, [side]: left[side].filter((other) => other !== name) };
      const [all, rest] = [changedFeatures(own, left), changedFeatures(own, fewer)];
      const isNoChange = isSameSet(featuresOf(kernel, all), featuresOf(kernel, rest));
      if (!isNoChange) {
        whole ??= formOf(await prepareInTurns(builder, spec, kernel, all));
        if (formOf(await prepareInTurns(builder, spec, kernel, rest)) !== whole) continue;
      }
      const has = side === "with" ? "has it already" : "does not have it";
      const why = isNoChange
        ? `${spec.name} on ${kernel} ${has}`
        : `no step of ${spec.name} on ${kernel} depends on it`;
      idle.push({ side, name, why });
      left = fewer;
    }
  }
  const features = changedFeatures(own, left);
  const { edits: askedEdits = [] } = asked;
  const found = askedEdits.length === 0 ? [] : await editsWithoutPlace(builder, { spec, kernel, features });
  const placeless = found.filter((placed) => askedEdits.includes(placed));
  const why = `on ${kernel}, no actor of ${spec.name} takes a step that it changes`;
  idle.push(...placeless.map(({ edit }) => ({ side: "edit", name: printEdit(edit), why }) as const));
  const edits = features.edits?.filter((placed) => !placeless.includes(placed)) ?? [];
  return { features: { ...features, edits }, idle };
}

export function isSameSet(one: ReadonlySet<FeatureName>, other: ReadonlySet<FeatureName>): boolean {
  return one.size === other.size && [...one].every((name) => other.has(name));
}

/** Everything that a search gets. Variables are identified by position, because registers may share a name. */
function formOf({ program, properties, sometimes, symmetries }: Prepared): string {
  const { actors, locations, variables, slots, slotOf, events } = program;
  const places = new Map<unknown, number>(variables.map((variable: Variable, place) => [variable, place]));
  const placed = [...slotOf].map(([variable, slot]) => [places.get(variable), slot]);
  const checks = [...properties.map(({ property }) => property), ...sometimes];
  return JSON.stringify([variables, { actors, locations, slots, placed, events, checks, symmetries }], (key, value) =>
    /^\d+$/.test(key) ? value : (places.get(value) ?? value),
  );
}
