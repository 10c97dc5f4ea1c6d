import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { packedFacts } from "../../scripts/library/packed-facts.mjs";
import { specFiles } from "../../scripts/library/runs.ts";
import { search } from "../../src/checker/search.ts";
import { createEngine } from "../../src/playground/engine/engine.ts";
import { scenarioNames } from "../../src/playground/engine/facts-of-lines.ts";
import type { Question } from "../../src/playground/protocol.ts";
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";

const file = "specs/soft-dirty-read-fault.json";
const engine = createEngine(
  {
    version: "0.0.0",
    files: {
      ...Object.fromEntries(specFiles.map((path) => [path, ""])),
      "facts-of-lines.json": JSON.stringify(packedFacts(readLibraryFacts(), scenarioNames(specFiles))),
    },
  },
  search,
);
const question: Question = {
  file,
  text: readFileSync(file, "utf8"),
  kernels: [],
  with: [],
  without: [],
  edits: [],
  properties: [],
  options: {},
};
const restore = "remove_device_exclusive_entry";

test("the engine shows the procedures of a question with its switches and edits, and what is needed", async () => {
  const plain = await engine.procedures(question, "v6.4");
  const changed = await engine.procedures(
    { ...question, without: ["fault-takes-page-reference"], edits: [`drop ${restore}: unlock_page`] },
    "v6.4",
  );
  assert.ok(plain.ok && changed.ok);
  const linesOf = ({ value }: typeof plain) => value.find(({ name }) => name === restore)?.lines ?? [];
  const actorsOf = (answer: typeof plain, label: string) =>
    linesOf(answer).find((line) => line.label === label)?.actors.length;

  assert.equal(actorsOf(plain, "folio_try_get"), 2);
  assert.equal(actorsOf(changed, "folio_try_get"), 0);
  assert.equal(linesOf(changed).find(({ label }) => label === "unlock_page")?.change?.how, "dropped");
  assert.ok(linesOf(plain).some(({ effects }) => effects.some(({ needed }) => needed?.startsWith("needed in "))));
});

test("an edit that cannot be made is an error of the question, in the words of the command line", async () => {
  const answer = await engine.procedures({ ...question, edits: [`drop ${restore}: unlock_pag`] }, "v6.4");
  assert.ok(!answer.ok);
  assert.match(answer.diagnostics[0]?.rendered ?? "", /has no step "unlock_pag"[\s\S]*did you mean unlock_page\?/);
});

test("the engine offers edits that come after those of the question", async () => {
  const edits = [`insert get_page before ${restore}: trylock_page`];
  const line = { procedure: restore, kind: "step", label: "get_page (inserted)" } as const;
  const answer = await engine.offers({ ...question, edits }, "v6.4", line);
  assert.ok(answer.ok);
  assert.ok(answer.value.some(({ edit }) => edit === `drop ${restore}: get_page (inserted)`));
});
