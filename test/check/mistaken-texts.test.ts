/** Mistakes in the expressions of any scenario are reported before the first search, not between two. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { rejectMistakes } from "../../src/cli/checks/run-checks.ts";
import { planChecks } from "../../src/cli/options/plan-checks.ts";
import { buildModelInTurns, nameModelInTurns } from "../../src/model/build-model.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";

const text = readFileSync("specs/fault-race.json", "utf8");

function mistakesIn(second: Readonly<Record<string, unknown>>): Promise<void> {
  const specs = [
    parseSpec(text, "first.json"),
    parseSpec(
      JSON.stringify({ ...JSON.parse(text), ...second, name: "second", kernels: { v8: "holds" } }),
      "second.json",
    ),
  ];
  const checks = planChecks(specs, { kernel: [{ kernel: "v8" }] }, { with: [], without: [] });
  assert.equal(checks.length, 2);
  const builder = { buildModel: buildModelInTurns, nameModel: nameModelInTurns };
  return rejectMistakes(checks, builder, new AbortController().signal);
}

test("a mistake in a property of the second scenario is found", async () => {
  const own = (expr: string) => ({ properties: [{ name: "own", sentence: "Something.", expr }] });
  await assert.rejects(mistakesIn(own("nowhere == 1")), /second\.json.*nowhere/s);
  await mistakesIn(own("true"));
});

test("a mistake in a state that the second scenario must reach is found", async () => {
  const met = (expr: string) => ({ sometimes: [{ name: "met", expr }] });
  await assert.rejects(mistakesIn(met("nowhere == 1")), /second\.json.*nowhere/s);
  await mistakesIn(met("true"));
});
