import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ErrorObject, ValidateFunction } from "ajv";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { loadModel } from "../../src/cli/load-model.ts";
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

test("help loads one file of the program, and the classes of errors are not in it", async () => {
  assert.deepEqual(await loadedBy("--help"), ["bin/exclusive-check.js", "bin/v8-flags.js", "dist/cli/main.js"]);
  const entry = readFileSync(new URL("dist/cli/main.js", root), "utf8");
  // Commander knows an error in a value by its code. A command throws the other classes of its own files, and a copy in
  // the bundle would be another class.
  const classes = [...entry.matchAll(/(\w+?)\d* = class extends Error\b/g)].map(([, name]) => name);
  assert.deepEqual(classes, ["CommanderError", "InvalidValue"]);
  assert.equal([...entry.matchAll(/\bclass\b[^{]*\bextends Error\b/g)].length, classes.length);
});

/** In the code of the model, and in that of a search. */
const marks = [/"remove_device_exclusive_entry", \{/, /new WebAssembly\.Module/];

const textOf = (files: readonly string[]) => files.map((file) => readFileSync(new URL(file, root), "utf8")).join("\n");

test("a list that needs no model loads neither the model nor what searches", async () => {
  const loaded = await loadedBy("list", "kernels");
  assert.ok(loaded.includes("dist/cli/commands/list-command.js"));
  const text = textOf(loaded);
  for (const mark of marks) assert.doesNotMatch(text, mark);
});

test("a check loads few files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
  try {
    const loaded = await loadedBy("specs/fault-race.json", "--kernel", "v8", "--quiet", "--out", folder);
    const text = textOf(loaded);
    for (const mark of marks) assert.match(text, mark);
    assert.ok(loaded.length <= 50, loaded.join("\n"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const model = await loadModel();
/** Another function than the one for which a test beside this one may know the answers. */
const outlineOperations: typeof model.outlineOperations = (...asked) => model.outlineOperations(...asked);

for (const args of [
  ["list", "procedures", "--json"],
  ["explain", "remove_device_exclusive_entry"],
  ["explain", "remove_device_exclusive_entry", "--kernel", "v6.4"],
]) {
  test(`the built program answers ${args.join(" ")} like its sources, from what the build recorded`, async () => {
    const { stdout } = await run(process.execPath, ["bin/exclusive-check.js", ...args], {
      cwd: root,
      maxBuffer: 2 ** 24,
    });
    let expected = "";
    const write = (text: string) => {
      expected += text;
    };
    const fresh = async () => ({ ...model, outlineOperations });
    await runCommandLine(args, { stdout: { write }, stderr: { write }, env: {}, loadModel: fresh });
    assert.equal(stdout, expected);
    assert.match(stdout, /remove_device_exclusive_entry/);
  });
}

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
