import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Ajv } from "ajv";
import { operationAttributes, operationCatalogue } from "../../src/model/scenario/operation-catalogue.ts";
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
  const operations = operationCatalogue.map(({ name }) => name).sort();
  const item = at(published, "properties", "actors", "additionalProperties", "properties", "run", "items");
  assert.deepEqual(keysOf(at(item, "else")), operations);
  assert.deepEqual(keysOf(at(published, "properties", "initially", "items")), ["actor", ...operations].sort());
});

test("an object has one operation, and an attribute only beside an operation that it says something about", () => {
  const validate = new Ajv({ strict: false }).compile(operationSchema());
  const call = (operation: object) => validate(operation);
  assert.ok(
    call({ pin: "buf[0]" }) && call({ pin: "buf[0]", for: "reading" }) && call({ for: "writing", pin: "buf[0]" }),
  );
  for (const wrong of [{ for: "reading" }, { unpin: "buf[0]", for: "reading" }, { pin: "buf[0]", load: "buf[0]" }])
    assert.ok(!call(wrong), JSON.stringify(wrong));
  assert.ok(call({ get: "buf[0]", fast: true }) && !call({ get: "buf[0]", for: "reading" }));
  assert.ok(!call({ pin: "buf[0]", for: "fun" }) && !call({ get: "buf[0]", fast: "yes" }));
});

function operationSchema(): object {
  return at(published, "properties", "actors", "additionalProperties", "properties", "run", "items", "else");
}

/** The keys of objects that a schema allows, in whichever branch, without attributes. */
function keysOf(schema: object): readonly string[] {
  const { properties = {}, then = {}, else: otherwise } = schema as Record<string, object>;
  const branches = otherwise === undefined ? [] : [...keysOf(then), ...keysOf(otherwise)];
  const attributes: readonly string[] = operationAttributes.map(({ name }) => name);
  return [...new Set([...Object.keys(properties), ...branches])].filter((key) => !attributes.includes(key)).sort();
}

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
  const ajv = new Ajv({ strictTypes: false });
  visit(published as Schema, (path, schema, isField) => {
    if (!isField) return;
    seen += 1;
    const { description, examples } = schema;
    assert.ok(typeof description === "string" && description !== "", `${path} has a description`);
    assert.ok(Array.isArray(examples) && examples.length > 0, `${path} has examples`);
    const validate = ajv.compile({ ...schema, definitions: at(published, "definitions") });
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
