import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hover } from "../../src/playground/engine/hover.ts";
import { runCli } from "../fixtures/run-cli.ts";

const scenario = readFileSync("specs/fork-race.json", "utf8");

/** What is said of the first character of `word` behind `before`. */
function said(before: string, word: string, text = scenario) {
  const at = text.indexOf(before + word) + before.length;
  assert.ok(at >= before.length, before + word);
  const found = hover({ file: "mine.json", text }, at);
  return found && { text: found.text, of: text.slice(found.from, found.to) };
}

test("a key is explained by the schema's sentence", () => {
  assert.deepEqual(said("  ", '"sometimes"'), {
    of: '"sometimes"',
    text: "States that must be reachable. If one is not reached, the check fails, because it did not test what it was written for.",
  });
});

test("a kernel is explained in the words of `list kernels`", async () => {
  const { stdout } = await runCli(["list", "kernels", "--json"]);
  const v8 = JSON.parse(stdout).find(({ name }: { name: string }) => name === "v8");
  assert.ok(said("", '"v8"')?.text.includes(v8.sentence.split(" It has ")[0]));
});

test("a property is explained in the words of `explain`", async () => {
  const { stdout } = await runCli(["explain", "no-deadlock"]);
  assert.equal(`${said("", '"no-deadlock"')?.text}\n`, stdout);
});

test("a feature, an operation, a driver and an actor are explained", () => {
  assert.match(said("", '"zap-expects-anonymous-vma"')?.text ?? "", /\(v6\.4, v6\.15\)$/);
  assert.match(said("", '"truncate"')?.text ?? "", /^A thread's operation\. Truncates the file/);
  assert.match(said("", '"nouveau"')?.text ?? "", /sequence number/);
  assert.match(said('"actor": ', '"writer"')?.text ?? "", /^a thread of parent\./);
});

test("a name in an expression is explained by its type and its sentence", () => {
  assert.deepEqual(said('"expr": "', "pages"), {
    of: "pages",
    text: "pages: list of Page: physical pages, `P0`, `P1`, ...; after them the page cache behind private file mappings, `cache:map[0]`",
  });
  assert.deepEqual(said("p.", "mapcount"), {
    of: "mapcount",
    text: "mapcount: number: the kernel's counters; a refcount of 0 means free",
  });
  assert.deepEqual(said("pages.", "exists"), {
    of: "exists",
    text: "list.exists(x, c): c is true for an element x",
  });
});

test("an edit is explained by the step that it changes", () => {
  const edit = "drop remove_device_exclusive_entry: unlock_page";
  const edited = scenario.replace('"properties": "all"', `"edits": ["${edit}"]`);
  assert.equal(said("", `"${edit}"`, edited)?.text, "unlock_page - unlocks the page (mm/memory.c)");
});

test("below a brace that is not closed, a value is explained by its own key", () => {
  const broken = scenario.replace('"run": [{ "fork": "child" }] }', '"run": [{ "fork": "child" }]');
  assert.notEqual(broken, scenario);
  assert.equal(said('"properties": ', '"all"', broken)?.text, said('"properties": ', '"all"')?.text);
});

test("a text that is broken elsewhere is explained too", () => {
  const broken = scenario.replace('"run": [{ "fork": "child" }] },', '"run": [{ "fork": "child" }');
  assert.match(said("", '"truncate"', broken)?.text ?? "", /Truncates the file/);
});
