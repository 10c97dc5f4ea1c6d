import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { required } from "../../src/ir/lookup.ts";
import { check } from "../../src/playground/engine/check.ts";
import { read } from "../../src/playground/engine/read.ts";
import { entriesOf } from "../../src/playground/page/library/entries.ts";
import { firstQuestions } from "../../src/playground/page/library/first-questions.ts";
import { groupTitles } from "../../src/playground/page/library/groups.ts";
import { newScenario } from "../../src/playground/page/library/new-scenario.ts";
import { searchEntries } from "../../src/playground/page/library/search.ts";
import { withoutWhom } from "../../src/playground/page/state/taking-part.ts";
import { host, questionOf, scenario } from "./same-question.ts";

const files = ["specs", "specs/large"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => `${folder}/${name}`),
);
const entries = entriesOf(files.map((file) => ({ file, text: readFileSync(file, "utf8") })));
const groupOf = (name: string) => entries.find((entry) => entry.name === name)?.group;

test("every shipped scenario is in a group of the list, and almost every group has several", () => {
  assert.equal(entries.length, files.length);
  for (const { name, group } of entries) assert.ok(groupTitles.includes(group), `${name}: ${group}`);
  const sizes = groupTitles.map((title) => entries.filter(({ group }) => group === title).length);
  assert.ok(Math.max(...sizes.filter((size) => size < 50)) < 30, sizes.join());
});

test("a scenario is in the group that its name or its operations say", () => {
  assert.equal(groupOf("fork-race"), "fork()");
  assert.equal(groupOf("without-fork-flushes-tlb"), "Without a check or a fix of the kernel");
  assert.equal(groupOf("test-hmm-mremap"), "Drivers: test_hmm and the documentation's example");
  assert.equal(groupOf("any-with-fork"), "Large searches");
  assert.equal(groupOf("orphaned-entry"), "userfaultfd write protection");
});

test("words find the scenarios that contain them all, those with the words in their names first", () => {
  const namesOf = (query: string) => searchEntries(entries, query).map(({ name }) => name);
  assert.equal(namesOf("fork race fault")[0], "fork-race");
  assert.equal(namesOf("  FORK   race ")[0], "fork-race");
  assert.ok(namesOf("ksm_merge").includes("pin-and-ksm"), "by an operation");
  assert.ok(namesOf("mlocked-matches").includes("mlock-exclusive"), "by a property");
  assert.deepEqual(namesOf("no such words at all"), []);
  assert.equal(namesOf("").length, entries.length);
});

test("the first questions name shipped scenarios", () => {
  for (const { file } of firstQuestions) assert.ok(files.includes(file), file);
});

test("fork() takes part in every violation that answers the question about fork()", async () => {
  const { file } = required(
    firstQuestions.find(({ question }) => question.includes("fork()")),
    "the question",
  );
  const answer = await check(questionOf(scenario(file)), host, new AbortController().signal, () => {});
  assert.ok(answer.ok);
  const traces = answer.value.results.flatMap((result) => result.traces);
  assert.ok(traces.length > 0);
  assert.deepEqual(
    traces.map(({ trace }) => withoutWhom(trace)),
    traces.map(() => []),
  );
});

test("the new scenario is complete, and expects no verdict", async () => {
  const answer = await read(newScenario, host);
  assert.deepEqual(answer.ok ? answer.value.kernels : answer.diagnostics, ["v6.4", "v6.15"]);
});
