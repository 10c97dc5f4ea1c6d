import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { loadModel } from "../../src/cli/load-model.ts";
import { load } from "../../src/ir/expression.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { compileProperty } from "../../src/properties/compile.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const flag = load(variable("n", int(0, 1)));
const schema = () => ({ n: { kind: "scalar", expr: flag } as const });

function many(length: number, of: (position: number) => string): string {
  return Array.from({ length }, (_, position) => of(position)).join("");
}

const long: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  "a chain of && with 4,000 terms": [`${many(4000, () => "n == 0 && ")}true`, /nested more than 250 levels deep/],
  "a sum of 4,000 terms": [`${many(4000, () => "n + ")}n > 0`, /nested more than 250/],
  "5,000 negations": [`${"!".repeat(5000)}true`, /nested more than 250/],
  "19,000 minus signs": [`${"-".repeat(19_000)}1 < 0`, /nested more than 250/],
  "5,000 parentheses": [`${"(".repeat(5000)}true${")".repeat(5000)}`, /nested more than 250/],
  "5,000 lists in one another": [`${"[".repeat(5000)}${"]".repeat(5000)}.size() == 0`, /nested more than 250/],
  "5,000 indices": [`n${"[0]".repeat(5000)} == 0`, /nested more than 250/],
  "3,000 conditionals": [`${"true ? true : ".repeat(3000)}true`, /nested more than 250|characters; expected at most/],
  "1,000 macros in one another": [
    `${many(1000, (i) => `[n].all(x${i}, `)}true${")".repeat(1000)}`,
    /nested more than 250/,
  ],
  "a list of 5,000 elements": [`[${many(5000, () => "n,")}n].all(x, x >= 0)`, /the list has more than 1000 elements/],
  "a call of 50 arguments": [`size(${many(50, () => "n,")}n)`, /the call has more than 32 arguments/],
  "100,000 terms": [`${many(100_000, () => "true || ")}true`, /characters; expected at most 50000/],
  "a macro that doubles its variable 60 times": [
    `[n == 0]${many(60, () => ".map(x, x && x)")}.all(x, x)`,
    /too large once its macros are unrolled/,
  ],
};

for (const [what, [text, message]] of Object.entries(long)) {
  test(`${what}: an error that says where, and no overflow`, () => {
    const compiled = compileProperty(text, { schema });
    assert.ok(!compiled.ok);
    assert.match(compiled.issues.map((issue) => issue.message).join("\n"), message);
    for (const { offset } of compiled.issues) assert.ok(offset >= 0 && offset <= text.length);
  });
}

test("a property just within the limits is checked, violated and explained", { timeout: 120_000 }, async () => {
  const within = {
    chain: `${many(240, () => "pages[0].refcount >= 0 && ")}pages[0].refcount < 1`,
    negations: `${"!".repeat(240)}(pages[0].refcount >= 0)`,
    list: `[${many(999, (i) => `${i + 5},`)}1].all(x, pages[0].refcount < x)`,
  };
  const spec = {
    name: "within",
    kernels: { v8: { violates: ["chain", "list"] } },
    system: { pages: 1, processes: { app: { vmas: { buf: { pages: 1, flags: ["read", "write"] } } } } },
    actors: { one: { process: "app", run: [{ store: "buf[0]" }] } },
    properties: Object.entries(within).map(([name, expr]) => ({ name, expr })),
  };
  const file = join(folder, "within.json");
  writeFileSync(file, JSON.stringify(spec));
  let output = "";
  const write = (text: string) => {
    output += text;
  };
  const surroundings = { stdout: { write }, stderr: { write }, env: {}, loadModel };
  const code = await runCommandLine([file, "--out", join(folder, "out")], surroundings);
  assert.match(output, /^within on v8: violated, as expected/m, output.slice(0, 2000));
  assert.equal(code, 0);
});
