import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { initramfs } from "../../../kernel-lab/guest/initramfs.ts";

/** Reads an archive as the kernel's init/initramfs.c does. */
function unpack(archive: Buffer): { path: string; mode: number; content: Buffer }[] {
  const bytes = gunzipSync(archive);
  const found = [];
  for (let at = 0; ; ) {
    assert.equal(bytes.toString("latin1", at, at + 6), "070701");
    const field = (index: number) =>
      Number.parseInt(bytes.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const nameEnd = at + 110 + field(11);
    const path = bytes.toString("latin1", at + 110, nameEnd - 1);
    if (path === "TRAILER!!!") return found;
    const begin = (nameEnd + 3) & ~3;
    found.push({ path, mode: field(1), content: bytes.subarray(begin, begin + field(6)) });
    at = (begin + field(6) + 3) & ~3;
  }
}

test("an archive holds every file with its content", () => {
  const file = fc.record(
    { path: fc.stringMatching(/^[a-z_.]{1,30}$/), content: fc.uint8Array({ maxLength: 300 }) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(file, { maxLength: 5 }), (files) => {
      assert.deepEqual(
        unpack(initramfs(files)).map(({ path, content }) => ({ path, content: new Uint8Array(content) })),
        files,
      );
    }),
  );
});

test("files can be executed, and folders are folders", () => {
  const found = unpack(
    initramfs([
      { path: "dev", content: "folder" },
      { path: "init", content: new Uint8Array(5) },
    ]),
  );
  assert.deepEqual(
    found.map(({ path, mode }) => [path, mode.toString(8)]),
    [
      ["dev", "40755"],
      ["init", "100755"],
    ],
  );
});
