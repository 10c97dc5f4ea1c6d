import type { Violation } from "../checker/contract/search-types.ts";
import { at } from "../ir/lookup.ts";
import { rangeProperty } from "./format.ts";

/** The name of what a search found violated. `names`: of the properties that it checked. */
export function violatedName({ property }: Pick<Violation, "property">, names: readonly string[]): string {
  return property === "range-error" ? rangeProperty.name : at(names, property);
}
