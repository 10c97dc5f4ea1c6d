import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { commandLine } from "../fixtures/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const spec = "specs/fault-race.json";
const early = "move remove_device_exclusive_entry: folio_put before unlock_page";

function tracesIn(out: string): readonly string[] {
  return existsSync(out) ? readdirSync(out).map((file) => join(out, file)) : [];
}

test("an edit is part of the verdict, the trace and the command that gives it again, and replay knows it", async () => {
  const out = join(folder, "early");
  const args = [spec, "--kernel", "v6.4", "--edit", early, "--out", out];
  const { code, stdout } = await commandLine(...args);

  assert.equal(code, 1);
  assert.match(
    stdout,
    /^fault-race on v6\.4, edited \(move remove_device_exclusive_entry: folio_put before unlock_page\): violated/,
  );
  assert.match(stdout.replace(/\s+/g, " "), /bad page state: PG_locked is set at free/);
  assert.ok(stdout.includes(`rerun: exclusive-check ${spec} --kernel v6.4 --edit '${early}'\n`));

  const [trace = ""] = tracesIn(out);
  const written = JSON.parse(readFileSync(trace, "utf8")) as { features: { edits: readonly string[] } };
  assert.deepEqual(written.features.edits, [early]);
  const replayed = await commandLine(...["replay", trace, "--quiet"]);
  assert.deepEqual([replayed.code, replayed.stdout], [0, "reproduced: kernel-assertions is violated after 17 steps\n"]);
});

test("an edit that is given twice is made twice, by options as by the lines of a file", async () => {
  const swap = "swap remove_device_exclusive_entry: unlock_page with folio_put";
  const file = join(folder, "two.edits");
  writeFileSync(file, `${swap}\n${swap}\n`);
  const run = (...edits: readonly string[]) =>
    commandLine(
      ...[spec, "--kernel", "v6.4", "--quiet", "--out", join(folder, "twice")],
      ...edits.flatMap((edit) => ["--edit", edit]),
    );
  const once = await run(swap);
  assert.match(once.stdout, /: violated$/m);
  const twice = await run(swap, swap);
  assert.match(twice.stdout, /, edited \(swap .*; swap .*\): holds$/m);
  assert.deepEqual(await run(file), twice);
});

test("edits stand in a file, one on each line, and in a scenario for all kernels or for one", async () => {
  const file = join(folder, "reference.edits");
  const lines = [
    "# The reference that v6.4 takes.",
    "",
    "insert get_page_unless_zero before remove_device_exclusive_entry: trylock_page",
    "insert put_page after remove_device_exclusive_entry: wait_on_page_locked",
    "insert put_page after remove_device_exclusive_entry: unlock_page",
  ];
  writeFileSync(file, lines.join("\n"));
  const mended = await commandLine(...[spec, "--kernel", "v5.14", "--edit", file, "--quiet", "--out", folder]);
  assert.match(mended.stdout, /: holds\n$/);

  const scenario = join(folder, "mended.json");
  const kernels = {
    "v5.14": { holds: true, edits: lines.slice(2) },
    "v6.4": { violates: ["kernel-assertions"], edits: [early] },
  };
  const own = JSON.parse(readFileSync(spec, "utf8")) as object;
  writeFileSync(scenario, JSON.stringify({ ...own, name: "mended", kernels }));
  const { code, stdout } = await commandLine(...[scenario, "--quiet", "--out", folder]);
  assert.deepEqual([code, stdout.match(/as expected/g)?.length], [0, 2], stdout);
});

test("an edit with an unknown name is refused, and an edit without a place is reported and left out", async () => {
  const misspelt = await commandLine(...[spec, "--kernel", "v6.4", "--edit", early.replace("put b", "putt b")]);
  assert.equal(misspelt.code, 2);
  assert.match(
    misspelt.stderr,
    /remove_device_exclusive_entry has no step "folio_putt"\n {2}hint: did you mean folio_put\?/,
  );

  const effect = await commandLine(
    ...[...[spec, "--kernel", "v6.4", "--edit"], "drop taking page_lock from remove_device_exclusive_entry: folio_put"],
  );
  assert.equal(effect.code, 2);
  assert.match(effect.stderr, /the step "folio_put" has no effect "taking page_lock"; it has dropping a reference/);

  const elsewhere = await commandLine(
    ...[...[spec, "--kernel", "v6.4", "--edit", "drop copy_pte_range: src_pte"], ...["--quiet", "--out", folder]],
  );
  assert.deepEqual([elsewhere.code, elsewhere.stdout], [0, "fault-race on v6.4: holds\n"]);
  assert.match(
    elsewhere.stderr,
    /^warning: --edit 'drop copy_pte_range: src_pte' changes nothing: on v6\.4, no actor of fault-race/,
  );
});

test("a mistake in a file of edits, or in a scenario's own edits, is shown at its place", async () => {
  const file = join(folder, "broken.edits");
  writeFileSync(file, "drop a: b\nmove a: b\n");
  const broken = await commandLine(...[spec, "--edit", file]);
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /broken\.edits:2:1: error: an edit has the form: move PROCEDURE: STEP before STEP/);

  const scenario = join(folder, "unknown.json");
  const content = {
    ...(JSON.parse(readFileSync(spec, "utf8")) as object),
    edits: ["drop remove_device_exclusive_entri: x"],
  };
  writeFileSync(scenario, JSON.stringify(content, undefined, 2));
  const unknown = await commandLine(...[scenario, "--kernel", "v6.4"]);
  assert.equal(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /unknown\.json:\d+:5: error: the model has no procedure "remove_device_exclusive_entri"/,
  );
});

test("a call that the procedure does not make is an error that lists its calls", async () => {
  const edit = "drop call do_fault from remove_device_exclusive_entry";
  const { code, stderr } = await commandLine(...[spec, "--kernel", "v6.4", "--edit", edit]);
  assert.equal(code, 2);
  assert.match(stderr, /remove_device_exclusive_entry does not call a procedure "do_fault"/);
  assert.match(stderr, /it calls mmu_notifier_invalidate_range_start, mmu_notifier_invalidate_range_end$/m);
});
