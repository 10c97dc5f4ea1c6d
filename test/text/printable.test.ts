import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable, printableLines, printableParts } from "../../src/text/printable.ts";
import { hostileText } from "../fixtures/hostile-text.ts";

test("characters that would act on a terminal show as escapes", () => {
  assert.equal(printable("a\u001b[31mb\u0007\0\u007f\u009b2J"), "a\\u001b[31mb\\u0007\\u0000\\u007f\\u009b2J");
  assert.equal(printable("one\ntwo\tthree\r"), "one\\ntwo\\tthree\\r");
  assert.equal(printable("\u2028\u2029\u202e\u2066\ufeff"), "\\u2028\\u2029\\u202e\\u2066\\ufeff");
  assert.equal(printable("\ud800x\udfff\u{e0041}"), "\\ud800x\\udfff\\udb40\\udc41");
});

test("other text stays as it is", () => {
  for (const text of ["", "fork-race: pte[parent][buf0]", "größer → ≤ 日本 😀 👩‍💻", "\\u001b", "C:\\n"])
    assert.equal(printable(text), text);
});

test("line breaks stay if the text may have them", () => {
  assert.equal(printableLines("one\n\ttwo\r\u2028"), "one\n\ttwo\\r\\u2028");
});

test("after escaping, a text needs no more escapes, and as JSON it means the same", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = printable(text);
      assert.equal(printable(shown), shown);
      assert.equal(JSON.parse(printable(JSON.stringify(text))), text);
    }),
  );
});

test("every text in a value is escaped, the names of its fields too", () => {
  const call = () => 1;
  assert.deepEqual(printableParts({ "a\n": ["\u0007", 1, null, { b: "\r" }], call, none: undefined }), {
    "a\\n": ["\\u0007", 1, null, { b: "\\r" }],
    call,
    none: undefined,
  });
});
