/**
 * How a step's result and a state's mask name properties: bit 0 says that the step is enabled, bit `i + 1` that it
 * violates property `i`, bit 63 that a value left its range.
 */
import { at } from "../../../ir/lookup.ts";
import { type Check, maxProperties, type Property } from "../../../ir/property.ts";

export const enabledBit = 1n;
export const rangeErrorBit = 1n << 63n;

export function propertyBit(property: number): bigint {
  return 1n << BigInt(property + 1);
}

/**
 * A check with its place among all checks of all properties: the number of its byte in the area of checks seen tested.
 */
export interface NumberedCheck<One extends Check = Check> {
  readonly number: number;
  readonly property: number;
  readonly check: One;
}

type CheckOf<Kind extends Check["kind"]> = Extract<Check, { kind: Kind }>;

export function numberChecks(properties: readonly Property[]): readonly NumberedCheck[] {
  if (properties.length > maxProperties)
    throw new RangeError(`at most ${maxProperties} properties can be checked at once, not ${properties.length}`);
  const checks = properties.flatMap(({ checks }, property) => checks.map((check) => ({ property, check })));
  return checks.map((entry, number) => ({ ...entry, number }));
}

/** The checks that steps and states are judged by. */
export interface ChecksByKind {
  readonly state: readonly NumberedCheck<CheckOf<"state">>[];
  readonly step: readonly NumberedCheck<CheckOf<"step">>[];
  /** The events that the checks of steps name. */
  readonly events: ReadonlySet<string>;
  /** By the property that an `assert` statement names. */
  readonly assertions: ReadonlyMap<string, readonly NumberedCheck<CheckOf<"assertion" | "passed">>[]>;
}

/** Sorted once, because a program has many steps and assertions. */
export function checksByKind(properties: readonly Property[], checks: readonly NumberedCheck[]): ChecksByKind {
  const state: NumberedCheck<CheckOf<"state">>[] = [];
  const step: NumberedCheck<CheckOf<"step">>[] = [];
  const assertions = new Map<string, NumberedCheck<CheckOf<"assertion" | "passed">>[]>();
  for (const { check, ...place } of checks) {
    if (check.kind === "state") state.push({ ...place, check });
    if (check.kind === "step") step.push({ ...place, check });
    if (check.kind !== "assertion" && check.kind !== "passed") continue;
    const name = check.kind === "passed" ? check.property : at(properties, place.property).name;
    const known = assertions.get(name);
    if (known === undefined) assertions.set(name, [{ ...place, check }]);
    else known.push({ ...place, check });
  }
  return {
    state,
    step,
    events: new Set(step.flatMap(({ check: { event } }) => (event === undefined ? [] : [event]))),
    assertions,
  };
}
