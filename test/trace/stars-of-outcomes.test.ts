import assert from "node:assert/strict";
import { test } from "node:test";
import { prepare } from "../../src/check/prepare.ts";
import { search } from "../../src/checker/search.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import type { TraceStep } from "../../src/trace/format.ts";
import { sampleOrigin } from "../fixtures/sample-trace.ts";

test("a failed trylock, a miss of the TLB after a flush and a changed sequence are starred if the violation depends on them", async () => {
  const subject = prepare({ buildModel }, loadSpec("specs/fork-race.json"), "v8", { with: [], without: [] });
  const properties = subject.properties.map(({ property }) => property);
  const { violations } = await search(subject.program, properties, { workers: 1, symmetries: subject.symmetries });
  const stepsTo = (name: string): readonly TraceStep[] => {
    const found = violations.find(({ property }) => property !== "range-error" && properties[property]?.name === name);
    assert.ok(found);
    return buildTrace(subject, { property: name, steps: found.steps }, sampleOrigin).steps;
  };
  const starred = (steps: readonly TraceStep[], actor: string, outcome: RegExp) => {
    const saying = steps.filter((step) => step.actor === actor && outcome.test(step.outcome ?? ""));
    assert.ok(saying.length > 0, String(outcome));
    assert.deepEqual([...new Set(saying.map(({ matters }) => matters))], [true], String(outcome));
  };

  const deadlock = stepsTo("no-deadlock");
  starred(deadlock, "forker", /^finds the page lock of P0 taken by engine$/);
  starred(deadlock, "writer", /^misses the TLB.* faults$/);
  starred(stepsTo("no-use-after-free"), "engine", /^sees the sequence number changed: has to start over$/);
});
