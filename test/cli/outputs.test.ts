import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { reporters } from "../../src/reporters/registry.ts";
import { runCli } from "../fixtures/run-cli.ts";
import { smallDisk } from "../fixtures/small-disk.mjs";

const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const out = join(folder, "out");
const trace = join(out, "two-locks-v8-no-deadlock.trace.json");
const spec = join(folder, "spec.json");
copyFileSync(twoLocks, spec);

/** Each writes one file, under any name. */
const writers: Readonly<Record<string, (file: string) => readonly string[]>> = {
  ...Object.fromEntries(
    reporters.map(({ name }) => [
      `the reporter ${name}`,
      (file: string) => [spec, "--kernel", "v8", "--out", out, "--reporter", `${name}:${file}`],
    ]),
  ),
  "a checkpoint": (file) => [spec, "--kernel", "v8", "--out", out, "--depth", "2", "--checkpoint", file],
  ...Object.fromEntries(
    ["mail", "markdown", "html", "mermaid", "itf"].map((format) => [
      `a conversion to ${format}`,
      (file: string) => ["convert", "--to", format, trace, "-o", file],
    ]),
  ),
  "an export": (file) => ["export", "--to", "promela", spec, "--kernel", "v8", "-o", file],
  "a graph": (file) => ["graph", spec, "--kernel", "v8", "-o", file],
};

test("every writer replaces only files that it wrote itself", async () => {
  await runCli([spec, "--kernel", "v8", "--out", out]);
  const mine = new Map<string, string>();
  for (const [name, args] of Object.entries(writers)) {
    const file = join(folder, name.replaceAll(" ", "-"));
    const first = await runCli(args(file));
    assert.equal(first.stderr, "", name);
    const again = await runCli(args(file));
    assert.deepEqual([again.code, again.stderr], [first.code, ""], name);
    mine.set(name, file);
  }
  const foreign = ["package.json", "README.md", "LICENSE", "specs/fork-race.json", trace].map((file) => {
    const copy = join(folder, `copy-of-${file.replaceAll("/", "-")}`);
    copyFileSync(file, copy);
    return copy;
  });
  for (const [name, args] of Object.entries(writers)) {
    const others = [...mine].filter(([other]) => kindOf(other) !== kindOf(name)).map(([, file]) => file);
    for (const file of [...foreign, ...others]) {
      const before = readFileSync(file);
      // An empty report could not be recognised.
      if (before.length === 0) continue;
      const { code, stderr } = await runCli(args(file));
      assert.equal(code, 2, `${name} over ${file}`);
      assert.match(stderr, /cannot be written: it exists and is not an? .*\n$/);
      assert.deepEqual(readFileSync(file), before);
    }
  }
});

/** Reports and conversions to one format are one kind of file. */
function kindOf(writer: string): string {
  return writer.replace(/^the reporter |^a conversion to /, "");
}

test("no writer overwrites a file that it reads, under any name", async () => {
  const [link, hardLink] = [join(folder, "link"), join(folder, "hard-link")];
  symlinkSync(spec, link);
  linkSync(spec, hardLink);
  const before = readFileSync(spec, "utf8");
  for (const [name, args] of Object.entries(writers)) {
    for (const file of [spec, link, hardLink, ...(name.startsWith("a conversion") ? [trace] : [])]) {
      const { code } = await runCli(args(file));
      assert.equal(code, 2, `${name} over ${file}`);
    }
  }
  assert.equal(readFileSync(spec, "utf8"), before);
  assert.match(readFileSync(trace, "utf8"), /^\{\n {2}"format": "exclusive-check-trace"/);
});

test("two outputs of one call are never one file, whatever their names", async () => {
  const [file, link] = [join(folder, "both"), join(folder, "both-link")];
  symlinkSync(file, link);
  const { code, stderr } = await runCli([
    spec,
    "--out",
    out,
    "--reporter",
    `json:${file}`,
    "--reporter",
    `junit:${link}`,
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /both-link and \S+both are the same file/);
});

test("a device, a socket or a directory is refused as an output file, and stays as it is", async () => {
  for (const [name, args] of Object.entries(writers)) {
    for (const path of [folder, "/dev/zero"]) {
      const { code, stderr } = await runCli(args(path));
      assert.equal(code, 2, `${name} over ${path}`);
      assert.match(stderr, /cannot be written: it is a (directory|device); expected a regular file, or no file/);
    }
  }
});

test("/dev/stdout is standard output, and /dev/null takes everything but a checkpoint", async () => {
  await runCli([spec, "--kernel", "v8", "--out", out]);
  const converted = await runCli(["convert", "--to", "markdown", trace, "-o", "/dev/stdout"]);
  assert.match(converted.stdout, /^# two-locks on v8: no-deadlock is violated\n/);
  const reported = await runCli([spec, "--quiet", "--out", out, "--reporter", "json:/dev/stderr"]);
  assert.equal(typeof JSON.parse(reported.stderr), "object");
  for (const [name, args] of Object.entries(writers))
    assert.equal((await runCli(args("/dev/null"))).code === 2, name === "a checkpoint", name);
});

test("if a trace cannot be written, the verdict is still printed, and exit code 0 becomes 2", async () => {
  const other = join(folder, "other-out");
  mkdirSync(join(other, "two-locks-v8-no-deadlock.trace.json"), { recursive: true });
  const told = await runCli([spec, "--kernel", "v8", "--out", other, "--reporter", "html"]);
  assert.equal(told.code, 2);
  assert.match(
    told.stdout,
    /^two-locks on v8: violated, as expected\n {2}no-deadlock is violated after \d+ steps?: its trace could not be written\n/,
  );
  assert.match(
    told.stderr,
    /^error: \S+no-deadlock\.trace\.json could not be written: it is a directory; expected a regular file, or no file\n$/,
  );
  const { stdout } = await runCli([spec, "--kernel", "v8", "--out", other, "--json"]);
  const { results } = JSON.parse(stdout) as { results: { verdict: string; violations: { trace: unknown }[] }[] };
  assert.deepEqual([results[0]?.verdict, results[0]?.violations[0]?.trace], ["violated", null]);
});

test("a verdict that differs keeps its exit code even if files could not be written", async () => {
  const surprising = join(folder, "surprising.json");
  writeFileSync(
    surprising,
    JSON.stringify({ ...(JSON.parse(readFileSync(twoLocks, "utf8")) as object), kernels: { v8: "holds" } }),
  );
  const other = join(folder, "other-out");
  const { code, stdout } = await runCli([surprising, "--out", other, "--quiet"]);
  assert.deepEqual([code, stdout], [1, "two-locks on v8: violated, but expected to hold\n"]);
});

test("walks whose trace cannot be written end the same way", async () => {
  const other = join(folder, "other-out");
  const { code, stdout, stderr } = await runCli(["simulate", spec, "--kernel", "v8", "--out", other]);
  assert.equal(code, 2, stderr);
  assert.match(stdout, /no-deadlock is violated after \d+ steps?.*: its trace could not be written\n/);
});

test("on a full disk the verdict is still printed, and no partial file is left", async () => {
  const disk = smallDisk(4096);
  try {
    const report = join(disk.folder, "report.json");
    const args = ["--kernel", "v8", "--out", disk.folder, "--reporter", `json:${report}`];
    writeFileSync(join(disk.folder, "filler"), "x".repeat(4096));
    const { code, stdout, stderr } = await runCli([spec, ...args]);
    assert.equal(code, 2);
    assert.match(stdout, /^two-locks on v8: violated, as expected\n/);
    assert.match(stderr, /trace\.json could not be written: no space is left on the disk\n/);
    assert.match(stderr, /report\.json could not be written: no space is left on the disk\n/);
    assert.deepEqual(readdirSync(disk.folder), ["filler"]);
  } finally {
    disk.remove();
  }
});

test("the longest possible names of a scenario give different files that can be written", async () => {
  const long = "x".repeat(98);
  const changes = {
    name: `${long}-s`,
    kernels: { v8: null },
    properties: [`${long}-a`, `${long}-b`].map((name) => ({ name, expr: "counter < 1" })),
  };
  const file = join(folder, "long.json");
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(twoLocks, "utf8")) as object), ...changes }));
  const own = join(folder, "long-out");
  const { code, stderr } = await runCli([file, "--out", own, "--all-violations", "--reporter", "itf"]);
  assert.deepEqual([code, stderr], [1, ""]);
  assert.equal(readdirSync(own).length, 4);
});

test("a replaced report keeps its permissions", async () => {
  const report = join(folder, "private.json");
  writeFileSync(report, "");
  chmodSync(report, 0o600);
  await runCli([spec, "--out", out, "--reporter", `json:${report}`]);
  assert.match(readFileSync(report, "utf8"), /^\{\n {2}"version"/);
});
