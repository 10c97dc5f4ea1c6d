import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../../src/playground/engine/answer.ts";

const source = { file: "a.json", text: "{}" };

test("a lack of memory is an answer with a hint, and no internal error", async () => {
  const found = await answer(source, () => {
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  });
  assert.ok(!found.ok);
  assert.match(
    found.diagnostics.map(({ rendered }) => rendered).join("\n"),
    /^error: WebAssembly\.Memory\(\): could not allocate memory\n {2}hint: --max-states and --depth/,
  );
});

test("an error that is not the user's is thrown", async () => {
  await assert.rejects(
    answer(source, () => {
      throw new TypeError("a bug");
    }),
    /a bug/,
  );
});
