/** Reads a value that may have any shape, as a scenario has while it is written. */
import type { Path } from "../../../spec/source-file.ts";

export type Entries = Readonly<Record<string, unknown>>;

/** Empty if it is not an object. */
export function entriesOf(value: unknown): Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Entries) : {};
}

/** Empty if it is not a list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: unknown): readonly string[] {
  return itemsOf(value).filter((item) => typeof item === "string");
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (within, segment) => (typeof segment === "number" ? itemsOf(within)[segment] : ownValue(within, segment)),
    value,
  );
}

function ownValue(within: unknown, key: string): unknown {
  const entries = entriesOf(within);
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}
