/** The examples of the schema, with the names of the scenario in place of their own. */
import type { JsonSchema } from "../../../spec/schema-types.ts";
import type { Path } from "../../../spec/source-file.ts";
import { expectedNames } from "./expected-names.ts";
import type { Names } from "./names.ts";
import { entriesOf } from "./read.ts";

/** The first example; undefined if the schema has none. */
export function exampleFor(schema: JsonSchema, path: Path, scenario: unknown, names: Names): unknown {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  return example === undefined ? exampleOfType(schema) : fitted(example, path, scenario, names);
}

/** All examples. */
export function examplesFor(schema: JsonSchema, path: Path, scenario: unknown, names: Names): readonly unknown[] {
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  return examples.map((example) => fitted(example, path, scenario, names));
}

function exampleOfType({ type }: JsonSchema): unknown {
  const values: Readonly<Record<string, unknown>> = { object: {}, array: [], string: "", boolean: true };
  return values[String(type)];
}

/** A text that should be a name becomes the first name that is expected there. */
function fitted(example: unknown, path: Path, scenario: unknown, names: Names): unknown {
  if (Array.isArray(example)) return example.map((item, index) => fitted(item, [...path, index], scenario, names));
  if (typeof example === "object" && example !== null)
    return Object.fromEntries(
      Object.entries(entriesOf(example)).map(([key, value]) => [key, fitted(value, [...path, key], scenario, names)]),
    );
  const expected = typeof example === "string" ? expectedNames(path, scenario, names) : undefined;
  if (expected === undefined || expected.length === 0 || expected.some(({ text }) => text === example)) return example;
  return expected[0]?.text;
}
