import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { killAfter, type Run, run, timeless } from "../fixtures/interrupted-run.ts";
import { isNightly } from "../fixtures/nightly.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** So many states that the search goes on with threads, and violations. */
const scenarioWith = (store: string) => [
  ...["specs/uffd-exclusive.json", "--kernel", "v8", "--store", store],
  ...["--workers", "2", "--memory", "256MiB", "--json"],
];
const scenario = scenarioWith("fingerprint");

const whole = new Map<string, Promise<Run>>();
function uninterrupted(store = "fingerprint"): Promise<Run> {
  const known = whole.get(store) ?? run([...scenarioWith(store), "--out", join(folder, `whole-${store}`)]);
  whole.set(store, known);
  return known;
}

function assertSameReport(one: Run, other: Run): void {
  assert.deepEqual([one.code, one.stderr], [other.code, other.stderr]);
  const withoutBytes = (report: string): unknown =>
    JSON.parse(JSON.stringify(timeless(report)), (key, value: unknown) => (key === "bytesPerState" ? 0 : value));
  assert.deepEqual(withoutBytes(one.stdout), withoutBytes(other.stdout));
}

test("a full disk ends the search with a message and a checkpoint, and the search goes on from it", {
  timeout: 120_000,
}, async () => {
  const checkpoint = join(folder, "full");
  const args = [...scenario, "--checkpoint", checkpoint, "--out", join(folder, "full-out")];
  const full = await run(args, { largestFile: 1500 });
  assert.equal(full.code, 3, full.stderr);
  assert.match(full.stdout, /"bound": "disk"/);
  const resumed = await run([...args, "--resume", checkpoint]);
  assertSameReport(resumed, await uninterrupted());
});

test("without a checkpoint a full disk is reported too, and no file is left", {
  timeout: 60_000,
}, async () => {
  const spill = join(folder, "spill");
  mkdirSync(spill);
  const args = scenario.filter((arg) => arg !== "--json");
  const full = await run([...args, "--spill-dir", spill, "--out", join(folder, "spill-out")], { largestFile: 1500 });
  assert.equal(full.code, 3, full.stderr);
  assert.match(full.stdout, /^uffd-exclusive on v8: .*stopped because the disk is full/);
  assert.deepEqual(readdirSync(spill), []);
});

for (const store of ["fingerprint", "tree"])
  test(`a search killed at random moments gives the same report in the end (${store})`, {
    timeout: 300_000,
  }, async (t) => {
    const checkpoint = join(folder, `killed-${store}`);
    const args = [...scenarioWith(store), "--checkpoint", checkpoint, "--checkpoint-every", "30ms"];
    let last: Run | undefined;
    // One of the signals with each store; every night both, one after the other.
    const signals = isNightly
      ? (["SIGKILL", "SIGTERM"] as const)
      : ([store === "tree" ? "SIGTERM" : "SIGKILL"] as const);
    for (const [part, signal] of signals.entries()) {
      const out = join(folder, `part-${store}-${part}`);
      const delay = Math.round(Math.random() * (part === 0 ? 100 : 400));
      const onStart = killAfter(part === 0 ? checkpoint : out, signal, delay);
      const resume = part === 0 ? [] : ["--resume", checkpoint];
      const stopped = await run([...args, ...resume, "--out", out], { onStart });
      t.diagnostic(`${signal} after ${delay} ms: ${stopped.code ?? stopped.signal}`);
      assert.equal(stopped.stderr, "");
      // Otherwise the search ended before the signal.
      if (stopped.signal === null && stopped.code !== 143) last = stopped;
      if (last !== undefined) break;
    }
    last ??= await run([...args, "--resume", checkpoint, "--out", join(folder, `last-${store}`)]);
    assertSameReport(last, await uninterrupted(store));
  });
