/** The keys that an object of a scenario can still have, each with a value to begin with. */
import type { JsonSchema } from "../../../spec/schema-types.ts";
import type { Path } from "../../../spec/source-file.ts";
import { exampleFor } from "./examples.ts";
import { describeActor, undefinedNames } from "./expected-names.ts";
import type { Names } from "./names.ts";
import { type Option, option } from "./option.ts";
import { entriesOf, valueAt } from "./read.ts";
import { propertiesOf, schemaOfNamed, schemasAt } from "./schema-at.ts";
import { kernelSentences } from "./sentences.ts";

export interface KeyOption extends Option {
  /** JSON on one line. */
  readonly value: string;
}

/** `path`: of the object. */
export function keysAt(path: Path, scenario: unknown, names: Names): readonly KeyOption[] {
  const used = Object.keys(entriesOf(valueAt(scenario, path)));
  const offered = schemasAt(path, scenario).flatMap((schema) => {
    if (used.length >= Number(schema.maxProperties ?? Number.POSITIVE_INFINITY)) return [];
    const known = keysInOrder(schema).map(([name, own]) => keyOption(name, own, path, scenario, names));
    const named = schemaOfNamed(schema);
    return named === undefined ? known : [...known, ...newNames(named, path, scenario, names)];
  });
  const seen = new Set(used);
  return offered.filter(({ text }) => !seen.has(text) && seen.add(text));
}

/** The items of a list that have one key, such as operations: each with its key. Empty if the list has other items. */
export function itemsAt(path: Path, scenario: unknown, names: Names): readonly KeyOption[] {
  const isOfOneKey = ({ maxProperties }: JsonSchema) => maxProperties === 1;
  const isItem = typeof path.at(-1) === "number" && schemasAt(path, scenario).some(isOfOneKey);
  return isItem ? keysAt(path, scenario, names) : [];
}

/** Those that must be there come first. */
function keysInOrder(schema: JsonSchema): readonly [string, JsonSchema][] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const entries = Object.entries(propertiesOf(schema));
  return [
    ...entries.filter(([name]) => required.includes(name)),
    ...entries.filter(([name]) => !required.includes(name)),
  ];
}

function keyOption(name: string, schema: JsonSchema, path: Path, scenario: unknown, names: Names): KeyOption {
  // Follows references, which the key's own schema may consist of.
  const [whole = schema] = schemasAt([...path, name], scenario);
  const value = JSON.stringify(exampleFor(whole, [...path, name], scenario, names) ?? null);
  return { ...option(name, describeKey(name, schema, path)), value: spaced(value) };
}

export function describeKey(name: string, schema: JsonSchema | undefined, path: Path): string {
  const described = String(schema?.description ?? "");
  const kernel = path.length === 1 && path[0] === "kernels" ? kernelSentences.get(name) : undefined;
  return [described, kernel].filter((part) => part !== undefined && part !== "").join(" ");
}

/** A thing of each kind that the schema shows, under a name that is free. */
function newNames(schema: JsonSchema, path: Path, scenario: unknown, names: Names): readonly KeyOption[] {
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  const wanted = undefinedNames(path, names);
  const made = (wanted.length > 0 ? [wanted[0]] : examples).flatMap((_, number) => {
    const example = exampleFor({ ...schema, examples: examples.slice(number) }, [...path, "new"], scenario, names);
    return [[example, String(schema.description ?? "")] as const];
  });
  return [
    ...wanted.map(
      (name): KeyOption => ({
        ...option(name, path[0] === "actors" ? describeActor(name, names).detail : String(schema.description ?? "")),
        value: spaced(JSON.stringify(exampleFor(schema, [...path, name], scenario, names) ?? {})),
      }),
    ),
    ...made.map(([example, detail], number): KeyOption => {
      const name = freeName(nameOfKind(path, example, number), entriesOf(valueAt(scenario, path)));
      return { ...option(name, detail), value: spaced(JSON.stringify(example ?? {})) };
    }),
  ];
}

/** "thread", "engine", "device", "process", "vma". */
function nameOfKind(path: Path, example: unknown, number: number): string {
  if (path[0] === "actors") return "device" in entriesOf(example) ? "engine" : "thread";
  const kinds: Readonly<Record<string, string>> = { processes: "process", devices: "gpu", vmas: "buf" };
  return kinds[String(path.at(-1))] ?? `name${number}`;
}

function freeName(stem: string, taken: Readonly<Record<string, unknown>>): string {
  let name = stem;
  for (let number = 2; Object.hasOwn(taken, name); number++) name = `${stem}${number}`;
  return name;
}

/** JSON with spaces, as scenarios are written. */
function spaced(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|([{[,:])(?=[^\]}])|(?<=[^[{])([}])/g, (all, text, open, close) => {
    if (text !== undefined) return text;
    if (open !== undefined) return open === "[" ? "[" : `${open} `;
    return close === undefined ? all : ` ${close}`;
  });
}
