import assert from "node:assert/strict";
import { test } from "node:test";
import { stepsOf } from "../../src/ir/recorded-steps.ts";
import type { StepNode } from "../../src/ir/recorder.ts";
import { outlineOperations, recordScenario } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { scenariosOfEverything } from "../../src/model/scenario/everything.ts";
import { newestRelease } from "../../src/model/versions/rows.ts";
import { isNightly } from "../fixtures/nightly.ts";

/** Without the steps of the program itself, which are numbered by their place in it. */
function namesOf(steps: readonly StepNode[]): readonly string[] {
  const called = steps.filter(({ stack }) => stack.length > 1);
  return [...new Set(called.map(({ stack, label, note }) => `${stack.at(-1)?.procedure}: ${label} - ${note}`))].sort();
}

for (const kernel of ["v8", newestRelease] as const) {
  test(`on ${kernel}, outlines have the steps of the programs that run the same operations`, () => {
    const features = featuresOf(kernel, { with: [], without: [] });
    const [pages, folios] = scenariosOfEverything();
    for (const scenario of isNightly ? [pages, folios] : [kernel === "v8" ? pages : folios]) {
      assert.ok(scenario !== undefined);
      const recorded: StepNode[] = [];
      recordScenario(scenario, features, (actor) => {
        recorded.push(...stepsOf(actor));
        return actor;
      });
      const outlines = [...outlineOperations(scenario, features).values()].flat();
      assert.deepEqual(namesOf(outlines), namesOf(recorded));
      assert.ok(outlines.length > 500);
    }
  });
}
