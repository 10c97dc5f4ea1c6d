import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { commandLine } from "../fixtures/command-line.ts";
import { exclusiveCheck } from "../fixtures/executable.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** A thread takes longer to start than such a review on it. The first test has as many as there are processors. */
const alone = ["--workers", "1"];
const early = "move remove_device_exclusive_entry: folio_put before unlock_page";

test("a review lists the runs that become worse, with a trace that replays, and how many runs stay the same", async () => {
  const out = join(folder, "early");
  const runs = ["specs/fault-race.json", "specs/migrate-and-zap.json", "--kernel", "v5.14", "--kernel", "v6.4"];
  const args = ["review", ...runs, "--edit", early, "--out", out];
  const { code, stdout } = await exclusiveCheck(...args);
  assert.equal(code, 1);
  assert.match(stdout, /^turned bad:\n {2}fault-race on v6\.4\n {4}kernel-assertions is violated after 17 steps/);
  assert.match(stdout, /^4 runs: 1 differ, 1 stay the same, 2 have no place for the change\n$/m);

  const trace = join(out, "fault-race-v6.4-kernel-assertions.trace.json");
  assert.equal((await commandLine("replay", trace, "--quiet")).code, 0);

  // The second time the findings without the change are there already.
  const cache = readdirSync(join(out, "review"));
  // For each of two searches: which search it is, and what that finds.
  assert.equal(cache.length, 4);
  const again = await exclusiveCheck(...args, ...alone);
  assert.deepEqual([again.code, again.stdout, readdirSync(join(out, "review"))], [code, stdout, cache]);
});

test("a change that mends turns runs good, and the review ends with 0", async () => {
  const { code, stdout } = await commandLine(
    ...["review", "specs/fault-race.json", ...alone, "--kernel", "v5.14", "--out", folder],
    ...["--edit", "insert get_page_unless_zero before remove_device_exclusive_entry: trylock_page"],
    ...["--edit", "insert put_page after remove_device_exclusive_entry: wait_on_page_locked"],
    ...["--edit", "insert put_page after remove_device_exclusive_entry: unlock_page"],
  );
  assert.deepEqual(
    [code, stdout.split("\n").slice(0, 4)],
    [0, ["turned good:", "  fault-race on v5.14", "    no-use-after-free holds", "    kernel-assertions holds"]],
  );
});

test("the reference mends v5.14, and the edits forget to drop it after a signal", async () => {
  const review = async (...change: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> => {
    const specs = ["specs/late-lock.json", "specs/exit-ends-lock-wait.json"];
    const args = ["review", ...specs, ...alone, "--kernel", "v5.14", "--out", folder, "--json", ...change];
    const { differing } = JSON.parse((await commandLine(...args)).stdout) as {
      readonly differing: readonly { readonly spec: string; readonly bad: readonly { readonly property: string }[] }[];
    };
    return Object.fromEntries(differing.map(({ spec, bad }) => [spec, bad.map(({ property }) => property)]));
  };
  const edits = await review(
    ...["--edit", "insert get_page_unless_zero before remove_device_exclusive_entry: trylock_page"],
    ...["--edit", "insert put_page after remove_device_exclusive_entry: wait_on_page_locked"],
    ...["--edit", "insert put_page after remove_device_exclusive_entry: unlock_page"],
  );
  // On v5.14 the use after free hides the violation of lock-discipline, which the edits leave as it is.
  assert.deepEqual(edits, { "late-lock": [], "exit-ends-lock-wait": ["lock-discipline"] });
  const feature = await review("--with", "fault-takes-page-reference");
  assert.deepEqual(feature, { "late-lock": [] });
});

test("what a search does not find again before its limit does not turn good", async () => {
  const { code, stdout } = await commandLine(
    ...[
      "review",
      "specs/fault-race.json",
      ...alone,
      "--kernel",
      "v5.14",
      "--out",
      join(folder, "limit"),
      "--max-states",
      "180",
    ],
    ...["--with", "fault-takes-page-reference"],
  );
  assert.equal(code, 3);
  assert.match(stdout, /but not explored to the end with it:\n {2}fault-race on v5\.14\n {4}no-use-after-free/);
  assert.doesNotMatch(stdout, /turned good/);
});

test("two kernels can be compared, and features are changes as well", async () => {
  const kernels = await commandLine(
    ...["review", "specs/fault-race.json", ...alone, "--base", "v5.14", "--kernel", "v6.4", "--out", folder, "--json"],
  );
  const report = JSON.parse(kernels.stdout) as { readonly differing: readonly { readonly good: readonly string[] }[] };
  assert.deepEqual(
    [kernels.code, report.differing[0]?.good.toSorted()],
    [0, ["kernel-assertions", "no-use-after-free"]],
  );

  const feature = await commandLine(
    ...["review", "specs/fault-race.json", ...alone, "--kernel", "v6.4", "--out", folder],
    ...["--without", "fault-takes-page-reference", "--quiet"],
  );
  assert.equal(feature.code, 1);
  assert.match(feature.stdout, /no-use-after-free is violated after 10 steps/);
});

test("a review without a change, of an unknown step, or of no scenario is refused", async () => {
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [["review", "specs/fault-race.json"], /a review needs a change/],
    [
      ["review", "--edit", "drop munmapp: mmap_write_lock"],
      /the model has no procedure "munmapp"\n {2}hint: did you mean munmap\?/,
    ],
    [["review", "specs/fault-race.json", "--base", "v5.14"], /--base is compared with one other version/],
    [["review", "specs/none.json", "--edit", early], /there is no file "specs\/none\.json"/],
  ];
  for (const [args, message] of refusals) {
    const { code, stderr } = await commandLine(...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, message);
  }
  assert.equal(existsSync(join(folder, "none")), false);
});
