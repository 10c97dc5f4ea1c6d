import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { readTrace } from "../../src/trace/read-trace.ts";
import { goodSpec } from "./good-spec.ts";
import { userErrorOf } from "./user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "file.json");

function written(...parts: readonly (string | readonly number[])[]): string {
  writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  return file;
}

const readers = [
  ["spec", loadSpec, "spec/not-utf8"],
  ["trace", readTrace, "trace/not-utf8"],
] as const;

for (const [what, read, code] of readers) {
  test(`a byte of a ${what} that is not UTF-8 is an error at its place, and is not replaced`, () => {
    const path = written('{\n  "name": "fröhlich', [0xff], '"\n}');
    const [diagnostic, ...more] = userErrorOf(() => read(path)).diagnostics;
    assert.deepEqual(more, []);
    assert.deepEqual([diagnostic?.code, diagnostic?.line, diagnostic?.column], [code, 2, 20]);
    assert.equal(diagnostic?.message, "the byte 0xff at offset 22 is not UTF-8");
  });

  for (const [name, bytes] of [
    ["a character that is cut off", [0xe2, 0x82]],
    ["one that begins as the replacement character does", [0xef, 0xbf]],
    ["a half of a character", [0xed, 0xa0, 0x80]],
    ["one that is longer than needed", [0xc0, 0xaf]],
    ["a continuation without a beginning", [0x80]],
  ] as const)
    test(`in a ${what}, ${name} is an error too`, () => {
      const { diagnostics } = userErrorOf(() => read(written('{ "ab": "', bytes, '" }')));
      assert.deepEqual(
        diagnostics.map(({ code: found, line, column, message }) => [
          found,
          line,
          column,
          /offset (\d+)/.exec(message)?.[1],
        ]),
        [[code, 1, 10, "9"]],
      );
    });

  test(`the error for a ${what} in UTF-16 says that it looks like UTF-16`, () => {
    const path = written([0xff, 0xfe, 0x7b, 0x00]);
    const { diagnostics } = userErrorOf(() => read(path));
    assert.deepEqual(
      diagnostics.map(({ hint }) => hint),
      ["this looks like UTF-16; save the file as UTF-8"],
    );
  });
}

test("a byte order mark is accepted, and does not shift columns", () => {
  assert.equal(loadSpec(written([0xef, 0xbb, 0xbf], goodSpec)).text, goodSpec);
  const { diagnostics } = userErrorOf(() => loadSpec(written([0xef, 0xbb, 0xbf], "{ x }")));
  assert.deepEqual([diagnostics[0]?.line, diagnostics[0]?.column], [1, 3]);
  const trace = userErrorOf(() => readTrace(written([0xef, 0xbb, 0xbf], '{ "format": "x" }')));
  assert.deepEqual([trace.diagnostics[0]?.code, trace.diagnostics[0]?.column], ["trace/not-a-trace", 13]);
});

test("a text of 10,000 nested lists is an error at the first that is too deep", () => {
  for (const [path, code] of [
    [written("[".repeat(10_000), "]".repeat(10_000)), "too-deep"],
    [written('{ "actors": ', '{"a":'.repeat(10_000)), "too-deep"],
  ] as const) {
    for (const read of [loadSpec, readTrace]) {
      const { diagnostics } = userErrorOf(() => read(path));
      assert.equal(diagnostics.length, 1);
      assert.match(diagnostics[0]?.code ?? "", new RegExp(`${code}|trace/syntax`));
      assert.match(diagnostics[0]?.message ?? "", /nested more than 64 levels deep/);
      assert.ok((diagnostics[0]?.column ?? 0) > 60);
    }
  }
  const brackets = "[".repeat(100);
  const text = userErrorOf(() => loadSpec(written(`{ "name": ${JSON.stringify(brackets)}, // ${brackets}\n "x": 1 }`)));
  assert.ok(text.diagnostics.every(({ code }) => code !== "spec/too-deep"));
});

test("for a file with very many mistakes only the first ones are reported", () => {
  const keys = Array.from({ length: 20_000 }, (_, number) => `"${"k".repeat(50)}${number}": 1`).join(",\n");
  const { diagnostics } = userErrorOf(() => loadSpec(written(`{${keys}}`)));
  assert.ok(diagnostics.length > 1 && diagnostics.length <= 200);
  const same = Array.from({ length: 20_000 }, () => '"k": 1').join(",\n");
  assert.ok(userErrorOf(() => loadSpec(written(`{${same}}`))).diagnostics.length <= 100);
  const long = `{ "properties": [${JSON.stringify("n".repeat(300_000))}] }`;
  assert.ok(userErrorOf(() => loadSpec(written(long))).diagnostics.length > 0);
});
