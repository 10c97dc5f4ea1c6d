/** A request that is checked as something else, or changes nothing, gets a note or a warning. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { rowFor } from "../../src/model/releases.ts";
import { kernelVersions, newestRelease } from "../../src/model/versions/rows.ts";
import { runCli } from "../fixtures/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const spec = "test/fixtures/specs/stand-in/two-locks.json";

async function check(...args: readonly string[]) {
  const { stdout, stderr, code } = await runCli([spec, "--json", "--out", folder, ...args]);
  const results = (stdout === "" ? [] : JSON.parse(stdout).results) as {
    kernel: string;
    features: object;
    notes?: string[];
  }[];
  return { code, stderr, results };
}

test("a release is checked as the row that stands for it, and a note says so", async () => {
  const { stderr, results } = await check("--kernel", "v6.12.3");
  assert.match(stderr, /^note: v6\.12\.3 is checked as v6\.4, which stands for 6\.3 to 6\.14/);
  assert.deepEqual(
    results.map(({ kernel }) => kernel),
    ["v6.4"],
  );
  assert.match(results[0]?.notes?.join() ?? "", /^v6\.12\.3 is checked as v6\.4/);
  const row = await check("--kernel", "v6.4");
  assert.deepEqual([row.stderr, row.results[0]?.notes], ["", undefined]);
});

test("two releases of one row are one check with two notes", async () => {
  const { results } = await check("--kernel", "v6.12", "--kernel", "6.13", "--kernel", "v6.4");
  assert.deepEqual(
    results.map(({ kernel, notes }) => [kernel, notes?.length]),
    [["v6.4", 2]],
  );
});

test("a release that no row stands for is an error that says why", async () => {
  for (const [release, reason] of [
    ["v99.1", /The newest release that the model knows is v\d+\.\d+, for which the row v\d+\.\d+ stands/],
    ["99.1.1", /The newest release that the model knows is/],
    ["v6.4+", /Expected one version, such as v6\.4/],
    ["v5.14..v6.4", /Expected one version/],
    ["v4.19", /came with v5\.14/],
    ["v6.1.50", /choose v6\.4 for one that has it, v5\.14 for one that does not/],
    ["v6.12-rc3", /no such kernel/],
    ["v5.20", /no such release: v6\.0 came after v5\.19/],
    ["v6.20", /no such release: v7\.0 came after v6\.19/],
  ] as const) {
    const { code, stderr } = await check("--kernel", release);
    assert.equal(code, 2);
    assert.match(stderr, reason);
  }
});

test("every release from 5.14 to the newest has a row, and no row goes back to an older one", () => {
  let last = 0;
  let [major, minor] = [5, 14];
  for (;;) {
    const found = rowFor(`v${major}.${minor}`);
    assert.ok(found !== undefined);
    if (found.row !== undefined) {
      const row = kernelVersions.indexOf(found.row);
      assert.ok(row >= last, `${major}.${minor}`);
      last = row;
      minor += 1;
    } else if (found.reason.startsWith("There is no such release")) {
      [major, minor] = [major + 1, 0];
    } else {
      assert.match(found.reason, /^The newest/, `${major}.${minor}`);
      break;
    }
  }
  assert.equal(last, kernelVersions.indexOf(newestRelease));
});

test("list kernels says what each row stands for", async () => {
  const people = await runCli(["list", "kernels"]);
  assert.match(people.stdout, /^v6\.4 +Stands for 6\.3 to 6\.14/m);
  const rows = JSON.parse((await runCli(["list", "kernels", "--json"])).stdout) as { name: string; range: string }[];
  assert.equal(rows.find(({ name }) => name === "v6.4")?.range, "6.3 to 6.14, and 6.1.y with commit 7c7b962938dd");
});

test("a feature that the kernel already has gets a warning, and is not part of the verdict", async () => {
  const args = [spec, "--kernel", "v8", "--out", folder, "--with", "fork-waits-for-page-lock"];
  const { stdout, stderr } = await runCli(args);
  assert.match(stderr, /^warning: --with fork-waits-for-page-lock changes nothing: two-locks on v8 has it already$/m);
  assert.match(stdout, /^two-locks on v8: /);
});

test("so does a feature that the kernel does not have, and one that no step depends on", async () => {
  const { stderr, results } = await check(
    ...["--kernel", "v6.4", "--without", "fork-waits-for-page-lock", "--without", "zap-flushes-tlb"],
  );
  assert.match(stderr, /--without fork-waits-for-page-lock changes nothing: two-locks on v6\.4 does not have it/);
  assert.match(stderr, /--without zap-flushes-tlb changes nothing: no step of two-locks on v6\.4 depends on it/);
  assert.deepEqual(results[0]?.features, { with: [], without: [] });
  assert.equal(results[0]?.notes?.length, 2);
});

test("a feature that changes something gets no warning, and is part of the verdict", async () => {
  const { stderr, results } = await check("--kernel", "v8", "--without", "fork-waits-for-page-lock");
  assert.equal(stderr, "");
  assert.deepEqual(results[0]?.features, { with: [], without: ["fork-waits-for-page-lock"] });
});

test("each option gets one warning, however many checks there are", async () => {
  const { stderr, results } = await check("--with", "fork-waits-for-page-lock", "--without", "zap-flushes-tlb");
  assert.equal(results.length, 2);
  assert.deepEqual(stderr.trim().split("\n"), [
    "warning: --with fork-waits-for-page-lock changes nothing in 1 of the 2 checks",
    "warning: --without zap-flushes-tlb changes nothing in any of the 2 checks",
  ]);
});
