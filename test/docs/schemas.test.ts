/**
 * schema/spec.schema.json is generated, and test/spec compares it. The other schemas are written by hand: other tests
 * check all output against them, and this one checks that they name no field that is no longer printed.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/** The words of the sources that can be the name of a field. */
const words = new Set(
  readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => readFileSync(join("src", file), "utf8").match(/[A-Za-z_][\w-]*/g) ?? []),
);

function fieldsOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {} } = schema as { readonly properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(fieldsOf)];
}

for (const file of readdirSync("schema").filter((name) => name !== "spec.schema.json"))
  test(`every field in schema/${file} occurs in the sources`, () => {
    const fields = fieldsOf(JSON.parse(readFileSync(join("schema", file), "utf8")));
    assert.ok(fields.length > 5);
    assert.deepEqual(
      fields.filter((name) => !words.has(name)),
      [],
    );
  });
