import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepNode } from "../../src/ir/recorder.ts";
import { inCodeOrder } from "../../src/why/code-order.ts";

/** An operation that calls `inner` between two of its own steps. */
function outlineOperations() {
  const [outer, inner] = ["outer", "inner"].map((procedure) => ({
    procedure,
    source: { file: "", function: procedure },
  }));
  assert.ok(outer !== undefined && inner !== undefined);
  const step = (label: string, ...stack: StepNode["stack"]): StepNode => ({
    kind: "step",
    label,
    note: "",
    stack,
    operation: "",
    body: [],
  });
  return new Map([["operation", [step("first", outer), step("middle", outer, inner), step("last", outer)]]]);
}

test("answers of one procedure stand together, in the order of the code, and its calls come first", () => {
  const answers = [
    ["outer", "last"],
    ["inner", "middle"],
    ["outer", undefined],
    ["outer", "first"],
  ] as const;
  const ordered = inCodeOrder(
    answers.map(([procedure, label]) => ({ line: { procedure, label, effect: "" } })),
    outlineOperations,
  );
  assert.deepEqual(
    ordered.map(({ line: { procedure, label } }) => [procedure, label]),
    [
      ["outer", undefined],
      ["outer", "first"],
      ["outer", "last"],
      ["inner", "middle"],
    ],
  );
});
