/** A scenario that was named or built before does not run its `initially` again. Its program must be the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runsOf } from "../../scripts/library/runs.ts";
import { required } from "../../src/ir/lookup.ts";
import { buildModel, nameModelInTurns } from "../../src/model/build-model.ts";
import { type FeatureName, type FeatureSet, featuresOf } from "../../src/model/features/catalogue.ts";
import { listening } from "../../src/model/features/listening.ts";
import type { Scenario } from "../../src/model/scenario/scenario.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";

/** On v6.15 its `initially` maps the page otherwise than on v6.4. */
const { scenario } = required(runsOf(["specs/any-reader-and-device.json"])[0], "a run").spec;

function on(kernel: KernelVersion): FeatureSet {
  return featuresOf(kernel, { with: [], without: [] });
}

/** The program's state at the start, and what the model asked while it was built. */
function built(of: Scenario, kernel: KernelVersion) {
  const answers = new Map<FeatureName, boolean>();
  const { program } = buildModel(of, listening(on(kernel), answers));
  return { slots: program.slots, answers: [...answers].sort() };
}

test("a scenario that was built before starts and asks like one that was not, whatever kernel came before", () => {
  const fresh = new Map(
    (["v6.4", "v6.15"] as const).map((kernel) => [kernel, built(structuredClone(scenario), kernel)]),
  );
  assert.notDeepEqual(fresh.get("v6.4")?.slots, fresh.get("v6.15")?.slots);
  const own = structuredClone(scenario);
  for (const kernel of ["v6.4", "v6.4", "v6.15", "v6.4"] as const)
    assert.deepEqual(built(own, kernel), fresh.get(kernel), kernel);
});

test("a scenario whose names were asked for starts and asks like one that is only built", async () => {
  const own = structuredClone(scenario);
  await nameModelInTurns(own, on("v6.15"));
  assert.deepEqual(built(own, "v6.15"), built(structuredClone(scenario), "v6.15"));
});

test("an edit that was not there before changes the start", () => {
  const own = structuredClone(scenario);
  const { slots } = built(own, "v6.15");
  const nothing = buildModel(own, on("v6.15"), (actor) => ({ ...actor, root: { ...actor.root, body: [] } }));
  assert.notDeepEqual(nothing.program.slots, slots);
});
