import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { standInModels } from "../fixtures/stand-in-models.ts";

test("a bug ends with 4, says that it is one and keeps its stack", async () => {
  let stderr = "";
  const code = await runCommandLine(["list", "procedures"], {
    stdout: { write: () => {} },
    stderr: {
      write: (text) => {
        stderr += text;
      },
    },
    env: {},
    loadModel: async () => ({
      ...standInModels,
      outlineOperations: () => {
        throw new TypeError("no such thing");
      },
    }),
  });

  assert.equal(code, 4);
  assert.match(stderr, /^This is a bug in exclusive-check; please report it/);
  assert.match(stderr, /TypeError: no such thing\n {4}at /);
});
