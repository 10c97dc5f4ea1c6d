import assert from "node:assert/strict";
import { test } from "node:test";
import { finish, finishInTurns, type InParts } from "../../src/ir/in-parts.ts";
import { buildModel, buildModelInTurns } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";

/** Three parts that take a while each. */
function* slowWork(): InParts<number> {
  for (let part = 0; part < 3; part++) {
    const end = performance.now() + 60;
    while (performance.now() < end);
    yield;
  }
  return 3;
}

test("work in parts lets the event loop run in between, and ends with the same result", async () => {
  let heard = false;
  setImmediate(() => {
    heard = true;
  });
  assert.equal(finish(slowWork()), 3);
  assert.equal(heard, false);
  assert.equal(await finishInTurns(slowWork()), 3);
  assert.equal(heard, true);
});

test("if one part fails, the whole work fails", async () => {
  // biome-ignore lint/correctness/useYield: it fails before it could.
  function* failing(): InParts<number> {
    throw new RangeError("no");
  }
  await assert.rejects(finishInTurns(failing()), { name: "RangeError", message: "no" });
});

test("a model built in parts is the same as one built at once", async () => {
  const { scenario } = loadSpec("specs/fork-race.json");
  const features = featuresOf("v8", { with: [], without: [] });
  const [atOnce, inTurns] = [buildModel(scenario, features), await buildModelInTurns(scenario, features)];
  assert.deepEqual(inTurns.program.locations, atOnce.program.locations);
  assert.deepEqual(inTurns.program.slots, atOnce.program.slots);
});
