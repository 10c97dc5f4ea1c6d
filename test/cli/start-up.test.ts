import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ErrorObject, ValidateFunction } from "ajv";
import { parseJson } from "../../src/spec/json-value.ts";
import { compileValidator, type SchemaName, validatedSchemas } from "../../src/spec/validators.ts";
import { goodSpec } from "../spec/good-spec.ts";

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);

/** The files that the built program loads, as paths in the repository. */
async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const program = ["--import", "./test/fixtures/loaded-modules.mjs", "bin/exclusive-check.js"];
  const { stderr } = await run(process.execPath, [...program, ...args], { cwd: root });
  return stderr
    .trim()
    .split("\n")
    .map((path) => path.replace(root.href, ""));
}

test("help loads one file, and the classes of errors are not in it", async () => {
  assert.deepEqual(await loadedBy("--help"), ["bin/exclusive-check.js", "dist/cli/main.js"]);
  const entry = readFileSync(new URL("dist/cli/main.js", root), "utf8");
  // Commander knows an error in a value by its code. A command throws the other classes of its own files, and a copy in
  // the bundle would be another class.
  const classes = [...entry.matchAll(/(\w+?)\d* = class extends Error\b/g)].map(([, name]) => name);
  assert.deepEqual(classes, ["CommanderError", "InvalidValue"]);
  assert.equal([...entry.matchAll(/\bclass\b[^{]*\bextends Error\b/g)].length, classes.length);
});

test("a list that needs no model loads none of the kernel's procedures", async () => {
  const loaded = await loadedBy("list", "kernels");
  assert.ok(loaded.includes("dist/cli/commands/list-command.js"));
  assert.deepEqual(
    loaded.filter((path) => path.startsWith("dist/model/kernel/")),
    [],
  );
});

const require = createRequire(import.meta.url);

/** The only part of ajv's runtime that a validator may need: it counts characters. */
test("the validators that the build writes need no compiler of schemas", async () => {
  const script = `
    const { createRequire } = require("node:module");
    import("./dist/spec/validators.js").then(({ validatorOf }) => {
      validatorOf("spec")({});
      validatorOf("trace")({});
      console.log(JSON.stringify(Object.keys(require.cache)));
    });`;
  const { stdout } = await run(process.execPath, ["-e", script], { cwd: root });
  const loaded = JSON.parse(stdout) as readonly string[];
  assert.ok(loaded.some((path) => path.endsWith("validate-spec.cjs")));
  assert.deepEqual(
    loaded.filter((path) => path.includes("/ajv/") && !path.includes("/ajv/dist/runtime/")),
    [],
  );
});

test("the validators that the build writes find the mistakes that ajv finds", () => {
  const parsed = parseJson(goodSpec);
  assert.ok(parsed.ok);
  const spec = parsed.value as Readonly<Record<string, unknown>>;
  const samples: readonly unknown[] = [
    spec,
    ...Object.keys(spec).flatMap((key) => [
      { ...spec, [key]: undefined },
      ...[0, "", "x", [], {}, { x: 1 }, [{ load: "buf", store: "buf" }]].map((value) => ({ ...spec, [key]: value })),
    ]),
    { ...spec, unknown: 1 },
    [],
  ];
  const found: Record<string, number> = {};
  const names = Object.keys(validatedSchemas) as SchemaName[];
  assert.ok(names.length > 1);
  for (const name of names) {
    const built = require(`../../dist/spec/validate-${name}.cjs`) as ValidateFunction;
    const compiled = compileValidator(name);
    for (const sample of samples) {
      assert.equal(built(sample), compiled(sample));
      assert.deepEqual(plain(built.errors), plain(compiled.errors));
      found[name] = (found[name] ?? 0) + (compiled.errors?.length ?? 0);
    }
  }
  assert.ok(Object.values(found).every((errors) => errors > 50));
});

/** Some values in errors belong to functions, so compare them by their content. */
function plain(errors: readonly ErrorObject[] | null | undefined): unknown {
  return JSON.parse(JSON.stringify(errors ?? []));
}
