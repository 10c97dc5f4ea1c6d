import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ErrorObject, ValidateFunction } from "ajv";
import { parseJson } from "../../src/spec/json-value.ts";
import { compileValidator, type SchemaName, validatedSchemas } from "../../src/spec/validators.ts";
import { goodSpec } from "../spec/good-spec.ts";

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);

/** The files that the built program loads, as paths in the repository; of a package only its name. */
async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const program = ["--import", "./test/fixtures/loaded-modules.mjs", "bin/exclusive-check.js"];
  const { stderr } = await run(process.execPath, [...program, ...args], { cwd: root });
  const paths = stderr.trim().split("\n");
  return paths.map((path) => path.replace(root.href, "").replace(/^node_modules\/((?:@[^/]+\/)?[^/]+).*/, "$1"));
}

test("help loads what declares the options, and nothing of what they are for", async () => {
  const loaded = await loadedBy("--help");
  assert.ok(loaded.includes("dist/cli/main.js") && loaded.includes("commander"));
  const needless = loaded.filter(
    (path) =>
      !/^(bin|dist\/(cli|diagnostics|text))\/|^dist\/(model\/versions|checker\/search-types|reporters\/paragraph)\.js$|^commander$/.test(
        path,
      ),
  );
  assert.deepEqual(needless, []);
  assert.deepEqual(
    loaded.filter((path) => path.endsWith("-command.js")),
    [],
  );
});

test("a list that needs no model loads none of the kernel's procedures", async () => {
  const loaded = await loadedBy("list", "kernels");
  assert.ok(loaded.includes("dist/cli/list-command.js"));
  assert.deepEqual(
    loaded.filter((path) => path.startsWith("dist/model/kernel/")),
    [],
  );
});

const require = createRequire(import.meta.url);

/** Of ajv's own runtime, a validator may need to count characters. */
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
  for (const name of Object.keys(validatedSchemas) as SchemaName[]) {
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

/** Some values in errors are functions' own objects. */
function plain(errors: readonly ErrorObject[] | null | undefined): unknown {
  return JSON.parse(JSON.stringify(errors ?? []));
}
