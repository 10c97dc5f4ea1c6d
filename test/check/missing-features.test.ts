/** A kernel that lacks what a scenario uses is an error, not a search of something else. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { rejectMissingFeatures } from "../../src/check/missing-features.ts";
import { rejectMistakes } from "../../src/cli/checks/run-checks.ts";
import { planChecks } from "../../src/cli/options/plan-checks.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { FeatureChanges } from "../../src/spec/spec.ts";

const spec = parseSpec(readFileSync("specs/scan-and-fork.json", "utf8"), "scan-and-fork.json");
const unchanged: FeatureChanges = { with: [], without: [] };

test("a kernel without asynchronous write protection is refused at the VMA that asks for it", () => {
  assert.throws(
    () => rejectMissingFeatures(spec, "v6.4", unchanged),
    (error) => {
      assert.ok(error instanceof UserError);
      assert.deepEqual(
        error.diagnostics.map(({ code, message }) => [code, message]),
        [
          [
            "spec/missing-feature",
            'on v6.4 (Linux 6.3 to 6.14) there is no "userfaultfd": "async", which came with Linux 6.7; expected a later kernel, or "with": ["uffd-wp-async"]',
          ],
        ],
      );
      return true;
    },
  );
});

test("an operation that the kernel does not have is refused where it stands", () => {
  const moves = parseSpec(readFileSync("specs/move-and-store.json", "utf8"), "move-and-store.json");
  assert.throws(
    () => rejectMissingFeatures(moves, "v6.4", unchanged),
    /there is no uffd_move, which came with Linux 6.8/,
  );
});

test("a feature that is added is not missing, and neither is one that is taken away to see what it is for", () => {
  rejectMissingFeatures(spec, "v6.4", { with: ["uffd-wp-async"], without: [] });
  rejectMissingFeatures(spec, "v7.1", { with: [], without: ["uffd-wp-async"] });
});

test("a later kernel that lacks a feature is refused before anything is built for an earlier one", async () => {
  const built = () => assert.fail("a model was built");
  const checks = planChecks([spec], { kernel: [{ kernel: "v7.1" }, { kernel: "v5.14" }] }, unchanged);
  assert.equal(checks.length, 2);
  const mistakes = rejectMistakes(checks, { buildModel: built, nameModel: built }, new AbortController().signal);
  await assert.rejects(mistakes, /on v5\.14 .* there is no "userfaultfd": "async"/);
});
