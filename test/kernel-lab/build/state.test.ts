import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { readFinished, runStages, type Stage, stateFile } from "../../../kernel-lab/build/state.ts";

const quiet = { begins: () => {}, isDone: () => {} };
let tree: string;
let ran: string[];

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "stages-"));
  ran = [];
});

const stage = (name: string, ...inputs: readonly string[]): Stage => ({
  name,
  inputs,
  run: async () => {
    ran.push(name);
  },
});

const failing = (name: string): Stage => ({
  name,
  inputs: [],
  run: () => Promise.reject(new Error(`${name} failed`)),
});

test("a finished stage is not run again", async () => {
  const stages = [stage("unpack", "sum"), stage("compile")];
  await runStages(tree, stages, quiet);
  await runStages(tree, stages, quiet);
  assert.deepEqual(ran, ["unpack", "compile"]);
});

test("a run goes on with the stage that failed", async () => {
  await assert.rejects(runStages(tree, [stage("unpack"), failing("configure"), stage("compile")], quiet), {
    message: "configure failed",
  });
  assert.deepEqual(ran, ["unpack"]);
  await runStages(tree, [stage("unpack"), stage("configure"), stage("compile")], quiet);
  assert.deepEqual(ran, ["unpack", "configure", "compile"]);
});

test("a stage whose input has changed is run again, and so are the stages after it", async () => {
  await runStages(tree, [stage("unpack", "sum"), stage("configure", "A=y"), stage("compile")], quiet);
  ran = [];
  await runStages(tree, [stage("unpack", "sum"), stage("configure", "A=n"), stage("compile")], quiet);
  assert.deepEqual(ran, ["configure", "compile"]);
});

test("later stages are forgotten when an earlier one was run again, also if the run then fails", async () => {
  await runStages(tree, [stage("configure", "A=y"), stage("compile")], quiet);
  await assert.rejects(runStages(tree, [stage("configure", "A=n"), failing("compile")], quiet));
  ran = [];
  await runStages(tree, [stage("configure", "A=n"), stage("compile")], quiet);
  assert.deepEqual(ran, ["compile"]);
});

test("the key depends on every input, and on where one input ends", async () => {
  const key = (...inputs: readonly string[]) => runStages(tree, [stage("unpack", ...inputs)], quiet);
  const keys = [await key("a", "b"), await key("ab", ""), await key("a"), await key("b", "a")];
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(await key("a", "b"), keys[0]);
});

test("notes that cannot be read count as none", async () => {
  writeFileSync(join(tree, stateFile), "{ half");
  assert.deepEqual(readFinished(tree), {});
  await runStages(tree, [stage("unpack")], quiet);
  assert.deepEqual(ran, ["unpack"]);
  assert.equal(Object.keys(JSON.parse(readFileSync(join(tree, stateFile), "utf8"))).join(), "unpack");
});
