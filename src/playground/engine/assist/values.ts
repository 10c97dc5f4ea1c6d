/** The values that can stand at a place of a scenario, from its schema and from its names. */
import type { JsonSchema } from "../../../spec/schema-types.ts";
import type { Path } from "../../../spec/source-file.ts";
import { examplesFor } from "./examples.ts";
import { expectedNames } from "./expected-names.ts";
import type { Names } from "./names.ts";
import { type Option, option } from "./option.ts";
import { textsOf, valueAt } from "./read.ts";
import { schemasAt } from "./schema-at.ts";
import { driverSentences, featureSentences, propertySentences } from "./sentences.ts";

export interface ValueOption extends Option {
  readonly value: unknown;
}

export function valuesAt(path: Path, scenario: unknown, names: Names): readonly ValueOption[] {
  const taken = typeof path.at(-1) === "number" ? textsOf(valueAt(scenario, path.slice(0, -1))) : [];
  const expected = expectedNames(path, scenario, names);
  const offered = [
    ...(expected ?? []).map((one) => ({ ...one, value: one.text })),
    ...schemasAt(path, scenario).flatMap((schema) => valuesOf(schema, path, scenario, names, expected !== undefined)),
  ];
  const seen = new Set(taken);
  return offered.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function valuesOf(
  schema: JsonSchema,
  path: Path,
  scenario: unknown,
  names: Names,
  isNamed: boolean,
): readonly ValueOption[] {
  const fixed = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : undefined;
  if (fixed !== undefined) return fixed.map((value) => ({ ...option(textOf(value), sentenceOfValue(value)), value }));
  if (schema.type === "boolean") return [true, false].map((value) => ({ ...option(String(value)), value }));
  const examples = examplesFor(schema, path, scenario, names);
  const shown = isNamed ? examples.filter((example) => typeof example !== "string") : examples;
  return shown.map((value) => ({ ...option(textOf(value), String(schema.description ?? "")), value }));
}

/** A text without its quotes, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a feature, a property or a driver is; a name behind "-" leaves it out. */
export function sentenceOfValue(value: unknown): string {
  if (typeof value !== "string") return "";
  if (value === "all") return "All built-in properties that the kernel promises.";
  const leftOut = propertySentences.get(value.slice(1));
  if (value.startsWith("-") && leftOut !== undefined) return `Leaves it out. ${leftOut}`;
  return featureSentences.get(value) ?? propertySentences.get(value) ?? driverSentences.get(value) ?? "";
}
