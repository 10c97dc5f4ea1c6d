/** What a permutation of a scalarset's elements does to the numbers that stand for them. */
import type { ElementUse } from "../../ir/program.ts";
import type { Permutation } from "../../ir/symmetry.ts";
import type { Range } from "./normal-form.ts";

/** The numbers that become others; the rest stay. Together they are a permutation of the integers. */
export type Renaming = ReadonlyMap<number, number>;

/** The renaming of a value: the whole value is renamed, or fields of the word. A word 0 stays 0. */
export interface Renamed {
  readonly whole: Renaming;
  readonly fields: readonly { readonly shift: number; readonly bits: number; readonly by: Renaming }[];
}

export const same: Renaming = new Map();
export const unchanged: Renamed = { whole: same, fields: [] };

/** Element `i`, for which `values[i]` stands, becomes `permutation[i]`. */
export function renaming(values: readonly number[], permutation: Permutation): Renaming {
  const pairs = values.map((value, element) => [value, values[permutation[element] ?? element] ?? value] as const);
  return new Map(pairs.filter(([from, to]) => from !== to));
}

export const rename = (by: Renaming, value: number): number => by.get(value) ?? value;

export function inverseOf(by: Renaming): Renaming {
  return new Map([...by].map(([from, to]) => [to, from]));
}

/** The renaming of `value + plus`. */
export function shifted(by: Renaming, plus: number): Renaming {
  return new Map([...by].map(([from, to]) => [from + plus, to + plus]));
}

export function isSame(one: Renaming, other: Renaming): boolean {
  return one.size === other.size && [...one].every(([from, to]) => other.get(from) === to);
}

/** Whether all values of the range stay as they are. */
export function leaves(by: Renaming, [min, max]: Range): boolean {
  return ![...by.keys()].some((value) => min <= value && value <= max);
}

export function isUnchanged({ whole, fields }: Renamed): boolean {
  return whole.size === 0 && fields.length === 0;
}

export function isAlike(one: Renamed, other: Renamed): boolean {
  return (
    isSame(one.whole, other.whole) &&
    one.fields.length === other.fields.length &&
    one.fields.every(({ shift, bits, by }) =>
      other.fields.some((field) => field.shift === shift && field.bits === bits && isSame(field.by, by)),
    )
  );
}

/** The renaming of a value with these uses. */
export function renamedBy(uses: readonly ElementUse[], permutation: Permutation): Renamed {
  const whole = uses.find(({ field }) => field === undefined);
  return {
    whole: whole === undefined ? same : renaming(whole.values, permutation),
    fields: uses.flatMap(({ values, field }) => {
      if (field === undefined) return [];
      const by = renaming(values, permutation);
      return by.size === 0 ? [] : [{ shift: field.shift, bits: field.bits, by }];
    }),
  };
}
