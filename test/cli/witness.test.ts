import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv } from "ajv";
import { runCli, spawnCli } from "../fixtures/run-cli.ts";

const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const file = "two-locks-v5.14-witness-one_has_counted.trace.json";

test("--witness writes a trace that replays, and every format says what its last state satisfies", async () => {
  const out = join(folder, "formats");
  const checked = await spawnCli([twoLocks, "--kernel", "v5.14", "--witness", "--out", out]);
  assert.deepEqual([checked.code, checked.stderr], [0, ""]);
  assert.match(
    checked.stdout,
    /^ {2}a witness of "one has counted" after (\d+) steps: .*one_has_counted\.trace\.json$/m,
  );
  assert.match(checked.stdout, /rerun: .* --witness$/m);
  assert.deepEqual(readdirSync(out), [file]);

  const replayed = await spawnCli(["replay", join(out, file)]);
  assert.equal(replayed.code, 0);
  assert.match(replayed.stdout, /^two-locks on v5\.14: a witness of "one has counted"$/m);
  assert.match(replayed.stdout, /The state after step \d+ satisfies "one has counted"/);
  assert.match(replayed.stdout, /is true: counter == 1/);
  assert.match(replayed.stdout, /^reproduced: a witness of "one has counted" after \d+ steps$/m);
  assert.doesNotMatch(replayed.stdout, /violat/);
  for (const format of ["mail", "markdown", "mermaid", "itf"]) {
    const { code, stdout } = await runCli(["convert", "--to", format, join(out, file)]);
    assert.equal(code, 0);
    assert.match(stdout, /one has counted/, format);
    assert.doesNotMatch(stdout, /violat|must be/, format);
  }
});

test("a changed witness does not replay", async () => {
  const out = join(folder, "changed");
  await runCli([twoLocks, "--kernel", "v5.14", "--witness", "--out", out]);
  const text = readFileSync(join(out, file), "utf8");
  const changed = join(out, "changed.trace.json");
  writeFileSync(changed, text.replaceAll("sometimes: one has counted", "sometimes: two have counted"));
  const { code, stdout } = await runCli(["replay", changed]);
  assert.equal(code, 1);
  assert.match(stdout, /differs in property/);
});

test("the JSON report lists witnesses as its schema says, with the same traces for 1 and 3 workers and after a resume", async () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../schema/report.schema.json", import.meta.url), "utf8"),
  ) as object;
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  const checkpoint = join(folder, "checkpoint");
  await runCli([twoLocks, "--kernel", "v5.14", "--depth", "2", "--checkpoint", checkpoint, "--out", folder]);
  const texts = new Set<string>();
  for (const [name, options] of Object.entries({
    one: ["--workers", "1"],
    three: ["--workers", "3"],
    resumed: ["--resume", checkpoint],
  })) {
    const out = join(folder, name);
    const { stdout } = await runCli([twoLocks, "--kernel", "v5.14", "--witness", "--json", "--out", out, ...options]);
    const report = JSON.parse(stdout) as { results: { witnesses: { sometimes: string; length: number }[] }[] };
    assert.ok(validate(report), JSON.stringify(validate.errors));
    const [witness] = report.results[0]?.witnesses ?? [];
    const text = readFileSync(join(out, file), "utf8");
    assert.equal(witness?.sometimes, "one has counted");
    assert.equal(witness.length, (JSON.parse(text) as { steps: [] }).steps.length);
    texts.add(text);
  }
  assert.equal(texts.size, 1);
});

test("without --witness no trace of a condition is written", async () => {
  const out = join(folder, "without");
  const { stdout } = await runCli([twoLocks, "--kernel", "v5.14", "--out", out]);
  assert.doesNotMatch(stdout, /witness/);
  assert.deepEqual(readdirSync(out), []);
});
