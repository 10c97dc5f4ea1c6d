import assert from "node:assert/strict";
import test from "node:test";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import { userErrorOf } from "./user-error.ts";

const load = { load: "buf[0]" };

/** A line for each item of the run. */
function specWith(run: readonly object[], initially: readonly object[] = []): string {
  const items = run.map((item) => `\n${JSON.stringify(item)}`).join(",");
  return `{"name":"long","kernels":{"v8":"holds"},
"system":{"pages":1,"processes":{"app":{"vmas":{"buf":{"pages":1}}}}},
"initially":${JSON.stringify(initially)},
"actors":{"reader":{"process":"app","run":[${items}]}}}`;
}

function lengthy<T>(of: T, length: number): readonly T[] {
  return Array.from({ length }, () => of);
}

test("an actor runs up to 64 operations", () => {
  const { scenario } = parseSpec(specWith(lengthy(load, 64)), "long.json");
  assert.equal(scenario.actors[0]?.run.length, 64);
  parseSpec(
    specWith([{ any: lengthy(load, 32) }, ...lengthy(load, 32)], lengthy({ actor: "reader", ...load }, 64)),
    "x",
  );
});

test("more operations are a mistake, reported at the list", () => {
  const { diagnostics } = userErrorOf(() => parseSpec(specWith(lengthy(load, 65)), "long.json"));
  assert.deepEqual(
    diagnostics.map(({ code, line }) => [code, line]),
    [["spec/out-of-range", 4]],
  );
  assert.match(diagnostics[0]?.message ?? "", /"run" has 65 entries; expected at most 64/);
  const initially = userErrorOf(() =>
    parseSpec(specWith([load], lengthy({ actor: "reader", ...load }, 65)), "long.json"),
  );
  assert.match(initially.message, /long\.json:3:13: error: "initially" has 65 entries/);
});

test("the operations of choices count too, and the error is at the first one beyond the limit", () => {
  const run = [{ any: lengthy(load, 40) }, ...lengthy(load, 30)];
  const { diagnostics } = userErrorOf(() => parseSpec(specWith(run), "long.json"));
  assert.deepEqual(
    diagnostics.map(({ code, line }) => [code, line]),
    [["spec/out-of-range", 5 + 1 + 24]],
  );
  assert.match(diagnostics[0]?.message ?? "", /"reader" has 70 operations, including those of its choices/);
});

test("more properties than a search has room for are a mistake, reported at the first that is too many", () => {
  const spec = (own: number, sometimes: number) =>
    JSON.stringify({
      ...JSON.parse(specWith([load])),
      properties: ["all", ...Array.from({ length: own }, (_, number) => ({ name: `p${number}`, expr: "true" }))],
      sometimes: Array.from({ length: sometimes }, (_, number) => ({ name: `s${number}`, expr: "true" })),
    });
  const { properties } = parseSpec(spec(0, 0), "x");
  const room = 59 - properties.length;
  parseSpec(spec(room - 2, 2), "x");
  for (const [own, sometimes, at] of [
    [room + 1, 0, `{"name":"p${room}"`],
    [room, 3, '{"name":"s0"'],
  ] as const) {
    const text = spec(own, sometimes);
    const { diagnostics } = userErrorOf(() => parseSpec(text, "x"));
    assert.deepEqual(
      diagnostics.map(({ code, column }) => [code, column]),
      [["spec/out-of-range", text.indexOf(at) + 1]],
    );
  }
});

test("a name has up to 100 characters, so that files can be named after it", () => {
  const named = (length: number) => JSON.stringify({ ...JSON.parse(specWith([load])), name: "n".repeat(length) });
  assert.equal(parseSpec(named(100), "x").name.length, 100);
  assert.match(userErrorOf(() => parseSpec(named(101), "x")).message, /at most 100 in all/);
});
