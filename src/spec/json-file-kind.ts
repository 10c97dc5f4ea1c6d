/** Tells the JSON files of exclusive-check apart, so that a message can say which of them was given for another. */
import type { JsonValue } from "./json-value.ts";

export type JsonFileKind = "scenario" | "trace" | "report";

/** Keys that only files of one kind have. */
const marks: readonly (readonly [key: string, kind: JsonFileKind])[] = [
  ["actors", "scenario"],
  ["format", "trace"],
  ["results", "report"],
  ["differing", "report"],
];

/** Undefined if it is none of them. */
export function jsonFileKind(value: JsonValue): JsonFileKind | undefined {
  return marks.find(([key]) => hasKey(value, key))?.[1];
}

export function hasKey(value: JsonValue, key: string): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key);
}
