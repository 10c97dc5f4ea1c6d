import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Trace } from "../../src/trace/format.ts";
import { runCli } from "../fixtures/run-cli.ts";

const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-html-"));
after(() => rmSync(folder, { recursive: true }));

/** The data in a page. */
function tracesIn(file: string): readonly Trace[] {
  const data = /<script id="data" type="application\/json">([^<]*)<\/script>/.exec(readFileSync(file, "utf8"))?.[1];
  return (JSON.parse(data ?? "") as { readonly traces: readonly Trace[] }).traces;
}

test("the html reporter writes a page beside each trace, and prints its path", async () => {
  const out = join(folder, "beside");
  const { code, stdout } = await runCli([twoLocks, "--out", out, "--reporter", "html"]);

  assert.equal(code, 0);
  const page = join(out, "two-locks-v8-no-deadlock.html");
  assert.deepEqual(readdirSync(out), ["two-locks-v8-no-deadlock.html", "two-locks-v8-no-deadlock.trace.json"]);
  assert.ok(stdout.includes(`  html: ${page}\n`));
  assert.match(stdout, /^two-locks on v8: violated, as expected$/m);
  const trace = JSON.parse(readFileSync(join(out, "two-locks-v8-no-deadlock.trace.json"), "utf8")) as Trace;
  assert.deepEqual(tracesIn(page), [trace]);
});

test("it leaves standard output to the reporter that writes there", async () => {
  const out = join(folder, "json");
  const { stdout } = await runCli([twoLocks, "--out", out, "--reporter", "html", "--json"]);
  assert.equal(JSON.parse(stdout).results.length, 2);
  assert.equal(tracesIn(join(out, "two-locks-v8-no-deadlock.html")).length, 1);
});

test("with a file it writes one page with all counterexamples, even if there are none", async () => {
  const [all, none] = [join(folder, "pages", "all.html"), join(folder, "none.html")];
  await runCli([twoLocks, "--out", folder, "--reporter", `html:${all}`, "--reporter", "pretty"]);
  await runCli([twoLocks, "--out", folder, "--kernel", "v5.14", "--reporter", `html:${none}`]);
  assert.deepEqual(
    tracesIn(all).map(({ kernel, property }) => [kernel, property]),
    [["v8", "no-deadlock"]],
  );
  assert.deepEqual(tracesIn(none), []);
});

test("a trace is converted to the page that its search writes beside it", async () => {
  const out = join(folder, "converted");
  await runCli([twoLocks, "--out", out, "--quiet", "--reporter", "html"]);
  const page = join(out, "page.html");
  const { code, stdout } = await runCli([
    "convert",
    ...["--to", "html", join(out, "two-locks-v8-no-deadlock.trace.json"), "-o", page],
  ]);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.equal(readFileSync(page, "utf8"), readFileSync(join(out, "two-locks-v8-no-deadlock.html"), "utf8"));
});

test("a page that cannot be written is an error", async () => {
  const trace = join(folder, "converted", "two-locks-v8-no-deadlock.trace.json");
  const unwritable = await runCli(["convert", "--to", "html", trace, "-o", "/dev/null/x.html"]);
  assert.equal(unwritable.code, 2);
  assert.match(unwritable.stderr, /x\.html cannot be written/);
});
