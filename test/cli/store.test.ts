import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCli } from "../fixtures/run-cli.ts";

const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const out = ["--out", join(folder, "out")];

test("every report of a verdict that rests on fingerprints says so", async () => {
  const args = [twoLocks, "--store", "fingerprint", ...out];
  const one = await runCli([...args, "--kernel", "v5.14"]);
  assert.equal(one.code, 0);
  assert.match(
    one.stdout,
    /^two-locks on v5\.14: holds, unless states were missed \(probability at most 3\.\de-17\), as/,
  );
  assert.match(one.stdout, /each state is stored as 64 bits, omission probability at most 3\.\de-17; 132 B\s+on disk/);
  assert.match(one.stdout, /rerun: .* --store fingerprint$/m);
  assert.match((await runCli([...args, "--kernel", "v5.14", "--quiet"])).stdout, /unless states were missed/);

  const both = await runCli([...args, "--kernel", "v8", "--kernel", "v5.14", "--json"]);
  const { results } = JSON.parse(both.stdout) as { results: Record<string, unknown>[] };
  assert.deepEqual(
    results.map(({ verdict, store }) => [verdict, store]),
    [
      ["violated", "fingerprint"],
      ["holds", "fingerprint"],
    ],
  );
  assert.ok(results.every(({ missProbability }) => Number(missProbability) > 0 && Number(missProbability) < 1e-15));
  assert.ok(results.every(({ bytesOnDisk }) => Number(bytesOnDisk) > 0));
});

test("a report names the parts of the tree store, which misses no state", async () => {
  const args = [twoLocks, "--store", "tree", "--memory", "16MiB", ...out];
  const one = await runCli([...args, "--kernel", "v5.14"]);
  assert.equal(one.code, 0);
  assert.match(one.stdout, /^two-locks on v5\.14: holds, as expected$/m);
  assert.match(
    one.stdout,
    /each state is stored as a pair of parts\s+\(\d+ different left parts, \d+ right\s+parts\); 264 B\s+on\s+disk/,
  );
  const both = await runCli([...args, "--kernel", "v8", "--kernel", "v5.14", "--json"]);
  const { results } = JSON.parse(both.stdout) as { results: Record<string, unknown>[] };
  assert.deepEqual(
    results.map(({ verdict, store, missProbability }) => [verdict, store, missProbability]),
    [
      ["violated", "tree", 0],
      ["holds", "tree", 0],
    ],
  );
  for (const { parts } of results as { parts: { left: number; right: number } }[])
    assert.ok(parts.left >= 1 && parts.right >= 1 && parts.left * parts.right >= 33);
});

test("a violation that bitstate finds is real, and finding none decides nothing", async () => {
  const args = [twoLocks, "--store", "bitstate", "--memory", "16MiB", ...out];
  const holds = await runCli([...args, "--kernel", "v5.14"]);
  assert.equal(holds.code, 3);
  assert.match(
    holds.stdout,
    /^two-locks on v5\.14: incomplete after 33 states: the bitstate filter may have missed some$/m,
  );
  assert.match(
    holds.stdout,
    /each state is stored as 3 bits of a filter that is [\d.e-]+ % full, omission\s+probability/,
  );
  const violated = await runCli([...args, "--kernel", "v8"]);
  assert.equal(violated.code, 3);
  assert.match(
    violated.stdout,
    /^two-locks on v8: violated, but not explored to the end \(states may have been missed\)$/m,
  );
  assert.match(violated.stdout, /no-deadlock is violated after 4 steps/);
  // An unexpected violation decides.
  assert.equal((await runCli([...args, "--kernel", "v8", "--property", "no-deadlock"])).code, 1);
  const { results } = JSON.parse((await runCli([...args, "--kernel", "v5.14", "--json"])).stdout) as {
    results: Record<string, unknown>[];
  };
  assert.deepEqual([results[0]?.verdict, results[0]?.store, results[0]?.bound], ["incomplete", "bitstate", undefined]);
  assert.ok(Number(results[0]?.filled) >= 0);
});

test("an unknown store, and options that do not go together, are refused", async () => {
  for (const [args, message] of [
    [["--store", "fingerprnt"], /Expected exact, tree, fingerprint or bitstate\. Did you mean fingerprint\?/],
    [["--store", "disk"], /Expected exact, tree, fingerprint or bitstate\./],
    [["--store", "exact", "--spill-dir", folder], /--spill-dir needs --store tree, fingerprint or bitstate/],
    [
      ["--store", "fingerprint", "--spill-dir", join(folder, "none")],
      /none cannot be written: there is no such folder\n/,
    ],
    [["--store", "fingerprint", "--spill-dir", twoLocks], /two-locks\.json cannot be written: it is not a directory/],
    [
      ["--store", "fingerprint", "--spill-dir", folder, "--checkpoint", join(folder, "c")],
      /stored beside the checkpoint/,
    ],
  ] as const) {
    const { code, stdout, stderr } = await runCli([twoLocks, "--kernel", "v8", ...args]);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, message);
  }
});
