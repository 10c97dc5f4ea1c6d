import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { buildModelInTurns, outlineOperations } from "../../src/model/build-model.ts";
import { whyIn } from "../../src/playground/engine/why.ts";
import type { WhyProgress } from "../../src/playground/protocol.ts";
import { jsonText } from "../../src/reporters/json-text.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { commandLine } from "../fixtures/command-line.ts";
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
  const options = ["why", "copy_present_pte", "--kernel", "v6.4", "--out", out, "--workers", "1"];
  const asText = await exclusiveCheck(...options);
  const asJson = await commandLine(...options, "--json");

  assert.equal(`${text}\n`, asText.stdout);
  assert.equal(jsonText(report), asJson.stdout);
  assert.equal(stopped, false);
  assert.equal(told[0], `0 of ${report.lines.length} lines`);
  assert.equal(told.length, report.lines.length);
});

test("while why searches, it shows all lines in their order, and counts them as it does at the end", async () => {
  const kernels = ["v6.4", "v6.15"] as const;
  const seen: WhyProgress[] = [];
  const { lines, text } = await why.ask(
    "copy_present_pte",
    kernels,
    (progress) => seen.push(progress),
    new AbortController().signal,
  );
  const nameOf = ({ step, effect, kernel }: WhyProgress["lines"][number]) => `${step} ${effect} ${kernel}`;
  const [first] = seen;

  assert.ok(first?.lines.every(({ said }) => said === undefined));
  for (const progress of seen) assert.deepEqual(progress.lines.map(nameOf), lines.map(nameOf));
  for (const [answered, progress] of seen.entries())
    assert.deepEqual(
      progress.lines.slice(0, answered).map(({ said }) => said),
      lines.slice(0, answered).map(({ said }) => said),
    );
  const counted = new Set(lines.map(({ step, effect }) => `${step} ${effect}`)).size;
  assert.ok(seen.length > counted, "a line is asked about on each kernel");
  assert.match(first?.told ?? "", new RegExp(`^0 of ${counted} lines?$`));
  assert.match(text.split("\n").at(-1) ?? "", new RegExp(`^${counted} lines?\\b`));
});

test("why explains what it means that a value leaves its range", async () => {
  const { remark, text } = await why.ask(
    "dmirror_exclusive: mmap_read_unlock",
    ["v8"],
    () => {},
    new AbortController().signal,
  );

  assert.match(remark ?? "", /^a value leaves its range: .* too large to store/);
  assert.ok(text.replace(/\s+/g, " ").includes(remark ?? "no remark"));
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
