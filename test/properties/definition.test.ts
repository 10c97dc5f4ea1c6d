import assert from "node:assert/strict";
import { test } from "node:test";
import { compileDefinition, type DefinitionContext } from "../../src/properties/definition.ts";
import { smallSystem, writeEvent } from "./small-system.ts";

const context: DefinitionContext = {
  schema: smallSystem(2, 2).schema,
  events: [writeEvent],
  actors: ["writer", "forker"],
  procedures: ["do_wp_page"],
  labels: ["pte_lock", "pte_lock"],
};

test("a definition becomes checks in its own order, with an explanation for those that have a text", () => {
  const result = compileDefinition(
    {
      name: "example",
      sentence: "Everything is as it should be.",
      checks: [
        { kind: "assertion" },
        { kind: "state", premise: "total > 0", expr: 'mode == "busy"' },
        { kind: "step", on: "write", expr: "event.page == 0 && old.total <= total" },
        { kind: "step", expr: 'step.actor == "forker" || step.procedure == "do_wp_page" && step.label == "pte_lock"' },
        { kind: "deadlock" },
      ],
    },
    context,
  );
  assert.ok(result.ok, JSON.stringify(result));
  const { checks } = result.property;
  assert.deepEqual(
    checks.map(({ kind }) => kind),
    ["assertion", "state", "step", "step", "deadlock"],
  );
  assert.deepEqual(
    result.explain.map((explain) => explain !== undefined),
    [false, true, true, true, false],
  );
  const [, state, onWrite, everyStep] = checks;
  assert.ok(state?.kind === "state" && state.premise !== undefined);
  assert.ok(onWrite?.kind === "step" && onWrite.event === "write" && onWrite.premise === undefined);
  assert.ok(everyStep?.kind === "step" && everyStep.event === undefined);
});

test("an issue says in which check, and in which text of the check, it is", () => {
  const result = compileDefinition(
    {
      name: "example",
      sentence: "Nothing is as it should be.",
      checks: [
        { kind: "state", expr: "true" },
        { kind: "state", premise: "totl > 0", expr: "mode" },
        { kind: "step", on: "wirte", expr: "true" },
      ],
    },
    context,
  );
  assert.ok(!result.ok);
  assert.deepEqual(
    result.issues.map(({ check, part, offset, length, hint }) => ({ check, part, offset, length, hint })),
    [
      { check: 1, part: "premise", offset: 0, length: 4, hint: "did you mean `total`?" },
      { check: 1, part: "expr", offset: 0, length: 4, hint: undefined },
      { check: 2, part: "on", offset: 0, length: 5, hint: "did you mean `write`?" },
    ],
  );
});
