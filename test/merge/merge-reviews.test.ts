import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { rejectMisfits } from "../../src/merge/fit.ts";
import { mergeReviews } from "../../src/merge/merge-reviews.ts";
import { type ReviewFile, readReport } from "../../src/merge/report-file.ts";
import { reviewJson } from "../../src/review/review-json.ts";
import type { ReviewSummary } from "../../src/review/review-text.ts";
import { positionsIn } from "../../src/shards/partition.ts";
import { runCli } from "../fixtures/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const kinds = ["untouched", "refused", "same", "differs"] as const;
type Kind = (typeof kinds)[number];

const nameOf = (position: number) => ({
  spec: `s${Math.floor(position / 2)}`,
  kernel: position % 2 === 0 ? "v8" : "v6.4",
});

/** The summary of those runs that end so. */
function summaryOf(ends: readonly Kind[], positions: readonly number[]): ReviewSummary {
  const are = (kind: Kind) => positions.filter((position) => ends[position] === kind);
  return {
    untouched: are("untouched").length,
    same: are("same").length,
    incomplete: are("same").filter((position) => position % 3 === 0).length,
    skipped: 2,
    refused: are("refused").map((position) => ({ ...nameOf(position), message: `no step ${position}` })),
    differing: are("differs").map((position) => ({
      ...nameOf(position),
      difference: {
        bad: [{ property: "no-deadlock", steps: position }],
        ...{ good: ["counts"], open: [], untested: [], unreached: [], complete: position % 3 !== 0 },
      },
      traces: new Map(position % 2 === 0 ? [["no-deadlock", `out/${position}.trace.json`]] : []),
    })),
  };
}

let files = 0;
function fileOf(text: string): string {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, text);
  return file;
}

/** The report of each shard, in a file. */
function shardFiles(ends: readonly Kind[], of: number): readonly string[] {
  return Array.from({ length: of }, (_, shard) => {
    const choice = { number: shard + 1, of };
    const positions = positionsIn(
      ends.map(() => 1),
      choice,
    );
    const runs = positions.map((position) => ({
      position,
      ...nameOf(position),
      file: `${nameOf(position).spec}.json`,
    }));
    const record = { ...choice, tool: "1", options: [], scenarios: [], total: ends.length, runs };
    return fileOf(reviewJson(summaryOf(ends, positions), record));
  });
}

const someEnds = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 12 });

test("the merged reviews of any shards are the review of all runs", () => {
  fc.assert(
    fc.property(someEnds, fc.integer({ min: 1, max: 5 }), (ends, of) => {
      const reports = shardFiles(ends, of).map(readReport).reverse();
      rejectMisfits(reports);
      const reviews = reports.filter((report): report is ReviewFile => report.kind === "review");
      assert.equal(reviews.length, of);
      const whole = summaryOf(
        ends,
        ends.map((_, position) => position),
      );
      assert.equal(reviewJson(mergeReviews(reviews), undefined), reviewJson(whole, undefined));
    }),
    { numRuns: 40 },
  );
});

const emptyShard = { number: 1, of: 1, tool: "1", options: [], scenarios: [], total: 0, runs: [] };

test("the exit code and the text are those of a review, and reviews and checks do not mix", async () => {
  const bad = shardFiles(["same", "differs", "untouched"], 2);
  const { code, stdout } = await runCli(["merge", ...bad]);
  assert.equal(code, 1);
  assert.match(stdout, /^turned bad:\n {2}s0 on v6\.4\n {4}no-deadlock is violated after 1 step\n/);
  assert.match(stdout, /^3 runs: 1 differ, 1 stay the same, 1 have no place for the change$/m);
  assert.equal((await runCli(["merge", ...shardFiles(["untouched", "same"], 2), "--quiet"])).code, 0);
  assert.equal((await runCli(["merge", ...shardFiles(["same"], 1), "--quiet"])).code, 3);

  const check = fileOf(JSON.stringify({ version: "1", results: [], shard: emptyShard }));
  const mixed = await runCli(["merge", ...bad, check]);
  assert.equal(mixed.code, 2);
  assert.match(mixed.stderr, /this is the report of a check; expected the same as in/);
  const form = await runCli(["merge", ...bad, "--reporter", "sarif"]);
  assert.equal(form.code, 2);
});
