import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { leftOut, leftOutTable } from "../../../kernel-lab/conform/left-out.ts";
import { setups } from "../../../kernel-lab/conform/setups.ts";
import { featuresOf } from "../../../src/model/features/catalogue.ts";
import { declareMachine } from "../../../src/model/machine/declare-machine.ts";
import { operationCatalogue } from "../../../src/model/scenario/operation-catalogue.ts";

test("every operation of the model is in a setup, or is left out with a reason", () => {
  const run = setups.flatMap(({ scenario }) =>
    scenario.actors.flatMap((actor) =>
      actor.run.flatMap((item) => (item.kind === "operation" ? item.call.operation : [])),
    ),
  );
  for (const { name } of operationCatalogue)
    assert.equal(
      run.includes(name),
      leftOut.every(({ operation }) => operation !== name),
      name,
    );
});

test("docs/real-kernel.md has the table of what is left out", () => {
  assert.ok(readFileSync("docs/real-kernel.md", "utf8").includes(leftOutTable().join("\n")), leftOutTable().join("\n"));
});

test("the model has a machine for each setup, and no two setups have the same name", () => {
  const features = featuresOf("v6.4", { with: [], without: [] });
  for (const { name, scenario } of setups) assert.ok(declareMachine(scenario, features).variables.length > 0, name);
  assert.equal(new Set(setups.map(({ name }) => name)).size, setups.length);
});
