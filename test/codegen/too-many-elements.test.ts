import assert from "node:assert/strict";
import { test } from "node:test";
import { search } from "../../src/checker/search.ts";
import { peersModel } from "../fixtures/peers-model.ts";

test("a symmetry of more elements than the canonical form has room for is refused", async () => {
  const program = peersModel(17);
  await assert.rejects(
    search(program, [], { symmetries: program.symmetries, workers: 1, maxDepth: 1 }),
    /a symmetry of 17 elements, and the canonical form has room for 16/,
  );
});
