import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { adviceFor } from "../../src/check/smaller.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { runCli } from "../fixtures/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const { scenario } = loadSpec("test/fixtures/specs/docs/own-properties.json");
const { program } = buildModel(scenario, featuresOf("v6.4", { with: [], without: [] }));
const everywhere = program.locations.map(({ body }) => (body.length === 0 ? 0 : 1));
const stopped = { bound: "states", store: "exact", transitionsOf: everywhere } as const;

test("an actor with several operations and the most steps is named first, with the steps of all", () => {
  const stepsOf = (name: string) =>
    program.locations.filter(({ actor, body }) => program.actors[actor]?.name === name && body.length > 0).length;
  const [first = ""] = adviceFor(scenario, program, stopped);
  assert.match(
    first,
    /^leave (out an operation of writer in the scenario, such as `store buf\[\d\]`|an actor out of the scenario)/,
  );
  for (const name of ["writer", "engine"]) assert.ok(first.includes(`${name} ${stepsOf(name)}`), first);
});

test("the pages of the system are counted", () => {
  const advice = adviceFor(scenario, program, stopped);
  assert.ok(advice.includes("try without some of the 2 physical pages, 2 pages of VMAs"), advice.join("\n"));
});

test("pages that only a child's copy of a VMA adds are not advised to be left out", () => {
  const forking = loadSpec("specs/fork-race.json").scenario;
  const { program: own } = buildModel(forking, featuresOf("v6.4", { with: [], without: [] }));
  const advice = adviceFor(forking, own, { ...stopped, transitionsOf: own.locations.map(() => 0) });
  assert.equal(
    advice.find((line) => line.includes("VMAs")),
    undefined,
  );
});

test("fewer bits for each state are suggested if the memory was full", () => {
  const isSuggested = (found: Parameters<typeof adviceFor>[2]) =>
    adviceFor(scenario, program, found).some((line) => line.includes("--store fingerprint"));
  assert.deepEqual([isSuggested({ ...stopped, bound: "memory" }), isSuggested(stopped)], [true, false]);
});

test("a search that ended, or that was to end at a depth, gets no advice", () => {
  for (const bound of [undefined, "depth"] as const)
    assert.deepEqual(adviceFor(scenario, program, { ...stopped, bound }), []);
});

test("the report of a search that was stopped gives the advice", async () => {
  const endless = "test/fixtures/specs/stand-in/endless.json";
  const { code, stdout } = await runCli([endless, "--max-states", "1000", "--out", folder]);
  assert.equal(code, 3);
  assert.match(stdout.replace(/\s+/g, " "), /`exclusive-check simulate` takes random walks/);
});
