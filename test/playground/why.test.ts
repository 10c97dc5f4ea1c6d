import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { buildModelInTurns, outlineOperations } from "../../src/model/build-model.ts";
import { whyIn } from "../../src/playground/engine/why.ts";
import { jsonText } from "../../src/reporters/json-text.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { exclusiveCheck } from "../fixtures/executable.ts";

const out = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(out, { recursive: true }));

const why = whyIn({
  search,
  buildModel: buildModelInTurns,
  outlineOperations,
  facts: readLibraryFacts(),
  specOf: loadSpec,
});

test("why says what the command says, as text and for programs", async () => {
  const told: string[] = [];
  const { text, report, stopped } = await why.ask(
    "copy_present_pte",
    ["v6.4"],
    (progress) => told.push(progress.told),
    new AbortController().signal,
  );
  const options = ["why", "copy_present_pte", "--kernel", "v6.4", "--out", out];
  const [asText, asJson] = await Promise.all([exclusiveCheck(...options), exclusiveCheck(...options, "--json")]);

  assert.equal(`${text}\n`, asText.stdout);
  assert.equal(jsonText(report), asJson.stdout);
  assert.equal(stopped, false);
  assert.equal(told[0], `0 of ${report.lines.length} lines`);
  assert.equal(told.length, report.lines.length);
});

test("why that is stopped answers with the lines that it knows by then", async () => {
  const stopping = new AbortController();
  const { report, stopped } = await why.ask(
    "copy_present_pte",
    ["v6.4"],
    ({ told }) => {
      if (told.startsWith("1 of")) stopping.abort();
    },
    stopping.signal,
  );

  assert.deepEqual([report.lines.length, stopped], [1, true]);
});

test("why refuses a procedure that does not exist, and says which may be meant", async () => {
  const asked = why.ask("unpin_user_pag", [], () => {}, new AbortController().signal);

  await assert.rejects(asked, (error) => error instanceof UserError && /unpin_user_page/.test(error.message));
});
