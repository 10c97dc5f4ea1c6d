import assert from "node:assert/strict";
import { test } from "node:test";
import { specFiles } from "../../scripts/library/runs.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";

/** A scenario "holds" also if its race never happens. So it must name a reachable state, or expect a violation. */
test("every shipped scenario names a state that must be reachable, or expects a violation of some version", () => {
  const silent = specFiles.filter((file) => {
    const { sometimes, kernels } = loadSpec(file);
    return sometimes.length === 0 && !kernels.some(({ expected }) => expected?.verdict === "violates");
  });
  assert.deepEqual(silent, []);
});
