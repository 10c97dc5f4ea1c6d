import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { outputTarget } from "../../src/files/output-target.ts";
import { makeStrangeFiles, type StrangeFiles } from "../fixtures/strange-files.ts";

const note = { what: "a note", begins: /^note: / };
let strange: StrangeFiles;
let folder = "";
before(async () => {
  strange = await makeStrangeFiles();
  folder = realpathSync(strange.folder);
});
after(() => strange.remove());

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const refused = (message: string) => ({ name: "UnusableFile", message });

test("a file is replaced if it is missing, empty or of the same kind", () => {
  const missing = join(folder, "missing");
  assert.deepEqual(outputTarget(missing, note), { type: "file", path: missing, before: undefined });
  for (const one of [file("empty", ""), file("kindred", "note: bread")]) {
    const target = outputTarget(one, note);
    assert.deepEqual([target.type, target.path], ["file", one]);
  }
});

test("a file of another kind is refused", () => {
  assert.throws(() => outputTarget(file("other", "a note: no"), note), refused("it exists and is not a note"));
});

test("links are followed, even to a missing file, and their target decides", () => {
  const link = (name: string, to: string): string => {
    symlinkSync(to, join(folder, name));
    return join(folder, name);
  };
  const kindred = file("end", "note: milk");
  assert.equal(outputTarget(link("far", link("near", "end")), note).path, kindred);
  assert.equal(outputTarget(link("dangling", "not-yet"), note).path, join(folder, "not-yet"));
  assert.throws(() => outputTarget(link("to-other", "other"), note), /it exists and is not a note/);
  assert.throws(() => outputTarget(link("round", "round"), note), refused("there are too many symbolic links"));
  mkdirSync(join(folder, "real"));
  assert.equal(outputTarget(join(link("linked-folder", "real"), "x"), note).path, join(folder, "real", "x"));
});

test("pipes, the null device and files that are already open are written to as they are", () => {
  assert.deepEqual(outputTarget(strange.fifo, note), { type: "stream", path: join(folder, "fifo") });
  assert.deepEqual(outputTarget("/dev/null", note), { type: "stream", path: "/dev/null" });
  for (const [path, number] of [
    ["/dev/stdout", 1],
    ["/dev/stderr", 2],
    ["/dev/fd/63", 63],
    ["/proc/self/fd/1", 1],
  ] as const) {
    const target = outputTarget(path, note);
    assert.deepEqual([target.type, "number" in target && target.number], ["descriptor", number]);
  }
});

test("directories, sockets and other devices are refused", () => {
  for (const [path, type] of [
    [strange.directory, "a directory"],
    [strange.socket, "a socket"],
    ["/dev/zero", "a device"],
  ] as const)
    assert.throws(() => outputTarget(path, note), refused(`it is ${type}; expected a regular file, or no file`));
});

/** Root may write to any file, unless it gives this right up. */
const withoutOverride =
  process.getuid?.() === 0
    ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", process.execPath]
    : [process.execPath];

test("a file without write permission is not replaced", () => {
  const kept = file("kept", "note: keep");
  chmodSync(kept, 0o444);
  const source = new URL("../../src/files/output-target.ts", import.meta.url);
  const script = `
    import { outputTarget } from ${JSON.stringify(source.href)};
    try {
      outputTarget(${JSON.stringify(kept)}, { what: "a note", begins: /^note: / });
      console.log("may be written");
    } catch (error) {
      console.log(error.code);
    }`;
  const [command = "", ...args] = [...withoutOverride, "--import", "./scripts/typescript.mjs", "--input-type=module"];
  const cwd = new URL("../../", import.meta.url);
  assert.equal(execFileSync(command, [...args, "--eval", script], { cwd, encoding: "utf8" }), "EACCES\n");
});
