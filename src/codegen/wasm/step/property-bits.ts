/**
 * How a step's result and a state's mask name properties: bit 0 says that the step is enabled, bit `i + 1` that it
 * violates property `i`, bit 63 that a value left its range.
 */
import { type Check, maxProperties, type Property } from "../../../ir/property.ts";

export const enabledBit = 1n;
export const rangeErrorBit = 1n << 63n;

export function propertyBit(property: number): bigint {
  return 1n << BigInt(property + 1);
}

/**
 * A check with its place among all checks of all properties: the number of its byte in the area of checks seen tested.
 */
export interface NumberedCheck {
  readonly number: number;
  readonly property: number;
  readonly check: Check;
}

export function numberChecks(properties: readonly Property[]): readonly NumberedCheck[] {
  if (properties.length > maxProperties)
    throw new RangeError(`at most ${maxProperties} properties can be checked at once, not ${properties.length}`);
  const checks = properties.flatMap(({ checks }, property) => checks.map((check) => ({ property, check })));
  return checks.map((entry, number) => ({ ...entry, number }));
}
