/** `--with` and `--without` that change nothing: they are told of, and are no part of what was checked. */

import type { CheckOptions } from "../cli/options/check-options.ts";
import type { Variable } from "../ir/variable.ts";
import { type FeatureName, featuresOf } from "../model/features/catalogue.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { changedFeatures } from "./plan-checks.ts";
import { type Prepared, prepareInTurns } from "./prepare.ts";
import type { Check } from "./run-check.ts";

type Changes = Required<Pick<CheckOptions, "with" | "without">>;

interface IdleFeature {
  /** `--without zap-flushes-tlb` */
  readonly option: string;
  readonly note: string;
}

/** The check without the features of the command line that change nothing in it, and these. */
export async function withoutIdleFeatures(
  check: Check,
  options: Pick<CheckOptions, "with" | "without">,
  host: Pick<ModelBuilder, "buildModel">,
): Promise<Check & { readonly idle: readonly IdleFeature[] }> {
  const { spec, kernel, own } = check;
  let left: Changes = { with: options.with ?? [], without: options.without ?? [] };
  const idle: IdleFeature[] = [];
  let whole: string | undefined;
  for (const side of ["with", "without"] as const) {
    for (const name of left[side]) {
      const fewer: Changes = { ...left, [side]: left[side].filter((other) => other !== name) };
      const [all, rest] = [changedFeatures(own, left), changedFeatures(own, fewer)];
      const isNoChange = isSameSet(featuresOf(kernel, all), featuresOf(kernel, rest));
      if (!isNoChange) {
        whole ??= formOf(await prepareInTurns(host, spec, kernel, all));
        if (formOf(await prepareInTurns(host, spec, kernel, rest)) !== whole) continue;
      }
      const has = side === "with" ? "has it already" : "does not have it";
      const why = isNoChange
        ? `${spec.name} on ${kernel} ${has}`
        : `no step of ${spec.name} on ${kernel} depends on it`;
      const option = `--${side} ${name}`;
      idle.push({ option, note: `${option} changes nothing: ${why}` });
      left = fewer;
    }
  }
  const notes = [...check.notes, ...idle.map(({ note }) => note)];
  return { ...check, features: changedFeatures(own, left), notes, idle };
}

/** A line for each option that changed nothing in some of the checks, by how many: one each would be a wall of text. */
export function idleSummary(options: readonly string[], checks: number): readonly string[] {
  return [...new Set(options)].map((option) => {
    const times = options.filter((other) => other === option).length;
    const where = times === checks ? `in any of the ${checks} checks` : `in ${times} of the ${checks} checks`;
    return `warning: ${option} changes nothing ${where}`;
  });
}

function isSameSet(one: ReadonlySet<FeatureName>, other: ReadonlySet<FeatureName>): boolean {
  return one.size === other.size && [...one].every((name) => other.has(name));
}

/** Everything that a search is given. Variables are known by their places, since registers may share a name. */
function formOf({ program, properties, sometimes, symmetries }: Prepared): string {
  const { actors, locations, variables, slots, slotOf, events } = program;
  const places = new Map<unknown, number>(variables.map((variable: Variable, place) => [variable, place]));
  const placed = [...slotOf].map(([variable, slot]) => [places.get(variable), slot]);
  const checks = [...properties.map(({ property }) => property), ...sometimes];
  return JSON.stringify([variables, { actors, locations, slots, placed, events, checks, symmetries }], (key, value) =>
    /^\d+$/.test(key) ? value : (places.get(value) ?? value),
  );
}
