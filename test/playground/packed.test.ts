import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { packTexts } from "../../scripts/library/pack-texts.mjs";
import { laidOut } from "../../src/playground/page/laid-out.ts";
import { unpackTexts } from "../../src/playground/page/packed.ts";

test("the page unpacks every shipped scenario with the content of its file, and lays it out anew", () => {
  const texts = Object.fromEntries(
    ["specs", "specs/large"].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => [`${folder}/${name}`, readFileSync(`${folder}/${name}`, "utf8")]),
    ),
  );
  const unpacked = unpackTexts(packTexts(texts));
  const contents = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([path, text]) => [path, JSON.stringify(JSON.parse(text))]);
  assert.deepEqual(contents(unpacked), contents(texts));
  const [text = ""] = Object.values(unpacked);
  assert.ok(text.split("\n").length > 10, text);
});

test("what fits into a line stands on one, except the whole", () => {
  assert.equal(laidOut({}), "{}");
  assert.equal(laidOut({ a: [1, { b: [] }], d: null }), '{\n  "a": [1, { "b": [] }],\n  "d": null\n}');
  const long = "x".repeat(100);
  assert.equal(laidOut({ a: { b: [long] } }), `{\n  "a": {\n    "b": [\n      "${long}"\n    ]\n  }\n}`);
});

test("any texts are unpacked as they were, or refused because they have a mark of the pack", () => {
  const line = fc.constantFrom("$1 $& said", '"description": ""', "", "$$", "   {", "x\0", "\x02");
  const text = fc.array(line, { maxLength: 4 }).map((lines) => lines.join("\n"));
  const scenario = fc.record({ name: line, description: line, run: fc.array(line) }).map((all) => `${laidOut(all)}\n`);
  const texts = fc.record(
    { "specs/a.json": scenario, "specs/large/b.json": scenario, engine: text, page: text },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(texts, (some) => {
      const isMarked = [some.engine, some.page].some((one) => one.includes("\0") || one.includes("\x02"));
      if (isMarked) assert.throws(() => packTexts(some), /a character that marks/);
      else assert.deepEqual(unpackTexts(packTexts(some)), some);
    }),
  );
});
