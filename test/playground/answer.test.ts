import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../src/diagnostics/user-error.ts";
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

test("of thousands of errors the first hundred are shown, and the number of the others", async () => {
  const errors = Array.from({ length: 1234 }, (_, number) => ({ code: "cli/usage", message: `${number}` }) as const);
  const found = await answer(source, () => {
    throw new UserError(errors);
  });
  assert.ok(!found.ok);
  assert.equal(found.diagnostics.length, 101);
  assert.deepEqual(
    found.diagnostics.slice(-2).map(({ rendered }) => rendered),
    ["error: 99", "there are 1,134 more errors"],
  );
});
