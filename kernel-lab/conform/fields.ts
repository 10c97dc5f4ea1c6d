/** An observation as a list of single values, so that two of them can be compared and shown side by side. */
import type { ModelObservation } from "./observe-state.ts";

export type FieldValue = string | number | boolean;

/** By the name of a field: what it says, and of what, such as `entry kind, app buf[0]`. */
export type Fields = ReadonlyMap<string, FieldValue>;

/** One value that the kernel shows and no nearest outcome of the model has; undefined on the side that lacks it. */
export interface Difference {
  readonly field: string;
  readonly kernel: FieldValue | undefined;
  readonly model: FieldValue | undefined;
}

/** The fields that are there; what is undefined is left out. */
export function fieldsOf({ processes, pages, devices }: ModelObservation): Fields {
  const fields = new Map<string, FieldValue>();
  const add = (what: string, place: string, value: FieldValue | undefined) => {
    if (value !== undefined) fields.set(`${what}, ${place}`, value);
  };
  for (const [name, process] of present(processes)) {
    add("process", name, "runs");
    const { entries, ...counters } = process;
    for (const [counter, value] of present(counters)) add(counter, name, value);
    for (const [address, entry] of present(entries))
      for (const [key, value] of present(entry)) add(`entry ${key}`, `${name} ${address}`, value);
  }
  for (const [number, page] of present(pages))
    for (const [key, value] of present(page)) add(`page ${key}`, `page ${number}`, value);
  for (const [name, device] of present(devices))
    for (const [address, view] of present(device))
      for (const [key, value] of present(view)) add(`device ${key}`, `${name} ${address}`, value);
  return fields;
}

/** How many fields `fieldsOf` would make. */
export function countFields({ processes, pages, devices }: ModelObservation): number {
  return Object.keys(processes ?? {}).length + countValues(processes) + countValues(pages) + countValues(devices);
}

function countValues(part: Part): number {
  if (part === undefined) return 0;
  if (typeof part !== "object") return 1;
  let count = 0;
  for (const key in part) count += countValues(part[key]);
  return count;
}

/**
 * Whether no field differs that both have, and both have the same processes. This is asked for every step, and makes no
 * text.
 */
export function fieldsAgree(one: ModelObservation, other: ModelObservation): boolean {
  const [names, others] = [Object.keys(one.processes ?? {}), other.processes ?? {}];
  return (
    names.length === Object.keys(others).length &&
    names.every((name) => name in others) &&
    partsAgree(one.processes, other.processes) &&
    partsAgree(one.pages, other.pages) &&
    partsAgree(one.devices, other.devices)
  );
}

type Part = FieldValue | { readonly [key: string]: Part | undefined } | undefined;

function partsAgree(one: Part, other: Part): boolean {
  if (one === other || one === undefined || other === undefined) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  for (const key in one) if (!partsAgree(one[key], other[key])) return false;
  return true;
}

/** What a field says, without the place. */
export function kindOfField(field: string): string {
  return field.split(",")[0] ?? field;
}

function present<Of extends object>(record: Of | undefined): [string, NonNullable<Of[keyof Of]>][] {
  const entries: [string, Of[keyof Of]][] = Object.entries(record ?? {});
  return entries.filter((entry): entry is [string, NonNullable<Of[keyof Of]>] => entry[1] != null);
}
