/** Whatever a system consists of, and whatever its actors do there: a verdict, or a mistake of the file's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { noVerdict } from "../../scripts/library/no-verdict.ts";
import { UserError } from "../../src/diagnostics/diagnostic.ts";
import { kernelVersions } from "../../src/model/versions.ts";
import { parseSpec } from "../../src/spec/load-spec.ts";
import type { Spec } from "../../src/spec/spec.ts";
import { randomScenario } from "../fixtures/random-scenario.ts";

const nothing = { with: [], without: [] };

/** Undefined where the file is no scenario, or its start is impossible. */
async function judged(text: string, kernel: (typeof kernelVersions)[number]): Promise<"verdict" | undefined> {
  try {
    const spec: Spec = parseSpec(text, "random.json");
    const failure = await noVerdict({ spec, kernel, changes: nothing, maxStates: 300 });
    assert.equal(failure, undefined, text);
    return "verdict";
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

test("a random scenario ends in a verdict under every kernel", async () => {
  let verdicts = 0;
  await fc.assert(
    fc.asyncProperty(randomScenario, fc.constantFrom(...kernelVersions), async (text, kernel) => {
      if ((await judged(text, kernel)) !== undefined) verdicts++;
    }),
    { numRuns: 40 },
  );
  assert.ok(verdicts > 0);
});
