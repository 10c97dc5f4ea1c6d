import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv } from "ajv";
import { runCli, spawnCli } from "../fixtures/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const endless = "test/fixtures/specs/stand-in/endless.json";
const out = ["--out", join(folder, "out")];

interface Found {
  readonly property: string;
  readonly length: number;
  readonly shortest: boolean;
  readonly trace: string;
}

interface WalksJson {
  readonly results: readonly {
    readonly kernel: string;
    readonly verdict: string;
    readonly walks: number;
    readonly sometimes: readonly { readonly name: string; readonly walks: number }[];
    readonly violations: Found[];
  }[];
}

test("walks end with 3 if they find nothing unexpected, and report their rate", async () => {
  const { code, stdout, stderr } = await runCli(["simulate", twoLocks, "--seed", "3", "--walks", "50", ...out]);
  assert.deepEqual([code, stderr], [3, ""]);
  assert.match(stdout, /^two-locks on v8: violated, as expected$/m);
  assert.match(stdout, /no-deadlock is violated after 4 steps \(walk \d+ took \d+\): .*trace\.json$/m);
  assert.match(stdout, /^two-locks on v5\.14: incomplete, nothing found in 50 random walks$/m);
  assert.match(stdout, /50 walks from seed 3, \d+ steps, the longest walk 12$/m);
  assert.match(stdout, /[\d,]+ steps\/s$/m);
  assert.match(stdout, /rerun: exclusive-check simulate \S+two-locks\.json --kernel v8 --seed 3 --walks 50$/m);
});

test("an unexpected violation ends with 1", async () => {
  const args = ["simulate", twoLocks, "--kernel", "v8", "--property", "no-deadlock", "--quiet", ...out];
  const { code, stdout } = await runCli(args);
  assert.deepEqual([code, stdout], [1, "two-locks on v8: violated\n"]);
});

test("the JSON document follows its schema, and its traces replay", async () => {
  const text = readFileSync(new URL("../../schema/simulation.schema.json", import.meta.url), "utf8");
  const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(text) as object);
  const { stdout } = await runCli(["simulate", twoLocks, "--json", ...out]);
  const report = JSON.parse(stdout) as WalksJson;
  assert.ok(validate(report), JSON.stringify(validate.errors));
  assert.deepEqual(
    report.results.map(({ kernel, verdict }) => [kernel, verdict]),
    [
      ["v8", "violated"],
      ["v5.14", "incomplete"],
    ],
  );
  assert.deepEqual(
    report.results.map(({ sometimes }) => sometimes.map(({ name }) => name)),
    [["one has counted"], ["one has counted"]],
  );
  assert.equal(report.results[1]?.sometimes[0]?.walks, report.results[1]?.walks);
  assert.match(
    (await runCli(["simulate", twoLocks, ...out])).stdout,
    /^ {2}"one has counted" met in 10,000 of 10,000 walks$/m,
  );
  const [found] = report.results[0]?.violations ?? [];
  assert.deepEqual([found?.property, found?.length, found?.shortest], ["no-deadlock", 4, true]);
  const replayed = await runCli(["replay", found?.trace ?? "", "--quiet"]);
  assert.equal(replayed.code, 0);
});

test("a limit on the time ends walks whose number is not limited", async () => {
  const { code, stdout } = await runCli(["simulate", endless, "--timeout", "50ms", "--depth", "100", "--json", ...out]);
  assert.equal(code, 3);
  assert.match(stdout, /"stoppedBy": "timeout"/);
});

test("a signal ends the walks, and what they found is reported", async () => {
  // A signal that comes while the model is built leaves nothing to report, so later ones are tried as well.
  let reported = "";
  for (const [attempt, delay] of [0, 500, 2_000, 8_000, 20_000].entries()) {
    const signalled = join(folder, `signalled-${attempt}`);
    const args = ["simulate", endless, "--walks", "1000000000", "--depth", "100", "--json", "--out", signalled];
    const ended = await spawnCli(args, (child) => {
      const poll = setInterval(() => {
        if (!existsSync(signalled)) return;
        clearInterval(poll);
        setTimeout(() => child.kill("SIGINT"), delay);
      }, 20);
    });
    assert.deepEqual([ended.code, ended.stderr], [130, ""]);
    reported = ended.stdout;
    if (reported.includes("stoppedBy")) break;
  }
  assert.match(reported, /"stoppedBy": "signal"/);
});

test("senseless options are refused", async () => {
  for (const [args, message] of [
    [["--depth", "100001"], /a walk takes at most 100000 steps/],
    [["--seed", "-1"], /Expected a whole number/],
    [["--walks", "0"], /at least 1/],
  ] as const) {
    const { code, stderr } = await runCli(["simulate", twoLocks, ...args]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});
