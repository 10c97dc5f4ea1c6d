import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Ajv } from "ajv";
import { operationCatalogue } from "../../src/model/scenario/operation-catalogue.ts";
import { kernelRanges } from "../../src/model/versions/ranges.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import type { JsonValue } from "../../src/spec/json-value.ts";
import { specSchema } from "../../src/spec/schema.ts";

const published = JSON.parse(
  readFileSync(new URL("../../schema/spec.schema.json", import.meta.url), "utf8"),
) as JsonValue;

const at = (value: unknown, ...path: readonly string[]): object =>
  path.reduce((inner, key) => (inner as Record<string, object>)[key] ?? {}, value as object);

test("the published schema is the one that specs are checked with", () => {
  // If not: npm run schema
  assert.deepEqual(published, JSON.parse(JSON.stringify(specSchema)));
});

test("the schema knows the model's kernels and operations, and no others", () => {
  assert.deepEqual(Object.keys(at(published, "properties", "kernels", "properties")), [
    ...kernelVersions,
    ...kernelRanges,
  ]);
  const operations = operationCatalogue.map(({ name }) => name);
  const item = at(published, "properties", "actors", "additionalProperties", "properties", "run", "items");
  assert.deepEqual(Object.keys(at(item, "else", "properties")), operations);
  assert.deepEqual(Object.keys(at(published, "properties", "initially", "items", "properties")), [
    "actor",
    ...operations,
  ]);
});

/** The schemas inside a schema: those of fields by their names, others by their keyword. */
function parts(schema: Schema): readonly (readonly [path: string, part: Schema, isField: boolean])[] {
  const inner = ["items", "additionalProperties", "propertyNames", "then", "else"].flatMap((keyword) => {
    const part = schema[keyword];
    return typeof part === "object" && part !== null ? [[keyword, part as Schema, false] as const] : [];
  });
  const named = Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(
    ([name, part]) => [name, withDefinition(part)] as const,
  );
  return [...named.map(([name, part]) => [name, part, true] as const), ...inner];
}

/** A schema with its references resolved. */
function withDefinition(part: Schema): Schema {
  const { $ref, ...own } = part;
  if (typeof $ref !== "string") return part;
  return { ...(at(published, ...$ref.split("/").slice(1)) as Schema), ...own };
}

interface Schema {
  readonly [keyword: string]: unknown;
}

function visit(schema: Schema, look: (path: string, schema: Schema, isField: boolean) => void, path = "spec"): void {
  for (const [name, part, isField] of parts(schema)) {
    look(`${path}.${name}`, part, isField);
    visit(part, look, `${path}.${name}`);
  }
}

test("every field has a description and examples that it accepts", () => {
  let seen = 0;
  visit(published as Schema, (path, schema, isField) => {
    if (!isField) return;
    seen += 1;
    const { description, examples } = schema;
    assert.ok(typeof description === "string" && description !== "", `${path} has a description`);
    assert.ok(Array.isArray(examples) && examples.length > 0, `${path} has examples`);
    const validate = new Ajv({ strictTypes: false }).compile({ ...schema, definitions: at(published, "definitions") });
    for (const example of examples) assert.ok(validate(example), `${path}: ${JSON.stringify(validate.errors)}`);
  });
  assert.ok(seen > 40);
});

test("no object accepts keys that the schema does not know", () => {
  const open: string[] = [];
  visit(published as Schema, (path, schema) => {
    const isObject = schema.type === "object" && schema.if === undefined;
    if ((isObject || "properties" in schema) && !("additionalProperties" in schema)) open.push(path);
  });
  assert.deepEqual(open, []);
});
