import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { packTexts } from "../../scripts/library/pack-texts.mjs";
import { unpackTexts } from "../../src/playground/page/packed.ts";

test("the page unpacks every shipped scenario as it is in its file", () => {
  const texts = Object.fromEntries(
    ["specs", "specs/large"].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => [`${folder}/${name}`, readFileSync(`${folder}/${name}`, "utf8")]),
    ),
  );
  assert.deepEqual(unpackTexts(packTexts(texts)), texts);
});

test("any texts are unpacked as they were, or refused because they have a mark of the pack", () => {
  const line = fc.constantFrom(
    '"name": "a"',
    '  "description": "$1 $& said",',
    '"description": ""',
    "",
    "$$",
    "   {",
    "    }",
    "x\0",
    "\x02",
    "  \x03",
  );
  const text = fc.array(line, { maxLength: 4 }).map((lines) => lines.join("\n"));
  const texts = fc.dictionary(fc.constantFrom("specs/a.json", "specs/large/b.json", "engine", "page"), text, {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(texts, (some) => {
      const isMarked = Object.values(some).some((one) => ["\0", "\x02", "\x03"].some((mark) => one.includes(mark)));
      if (isMarked) assert.throws(() => packTexts(some), /a character that marks/);
      else assert.deepEqual(unpackTexts(packTexts(some)), some);
    }),
  );
});
