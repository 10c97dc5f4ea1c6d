import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { copyTree } from "../../../kernel-lab/build/copy-tree.ts";

const unpacked = Date.UTC(2026, 0, 1);
const old = new Date(unpacked);
const built = new Date(unpacked + 60_000);
let folder: string;
let from: string;
let to: string;

function write(path: string, text: string, time: Date): void {
  writeFileSync(join(from, path), text);
  utimesSync(join(from, path), time, time);
}

const inode = (path: string) => statSync(path).ino;
const nothing = async () => {};

describe("the tree of a variant", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trees-"));
    [from, to] = [join(folder, "base"), join(folder, "variant")];
    mkdirSync(join(from, "mm"), { recursive: true });
    mkdirSync(join(from, "tools/objtool/.d.d"), { recursive: true });
    write("mm/memory.c", "source", old);
    write("mm/memory.o", "object", built);
    write("tools/objtool/.check.o.cmd", `cc ${from}/tools/check.c ${from}-other/x`, built);
    symlinkSync("../mm", join(from, "tools/mm"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("sources are shared, and files that a build has made are copied with their times", async () => {
    await copyTree({ from, to, unpacked }, nothing);
    assert.equal(inode(join(to, "mm/memory.c")), inode(join(from, "mm/memory.c")));
    assert.notEqual(inode(join(to, "mm/memory.o")), inode(join(from, "mm/memory.o")));
    assert.equal(statSync(join(to, "mm/memory.o")).mtimeMs, built.getTime());
    assert.equal(readlinkSync(join(to, "tools/mm")), "../mm");
  });

  test("absolute paths of the tools' dependencies name the new tree, and the file keeps its time", async () => {
    await copyTree({ from, to, unpacked }, nothing);
    const path = join(to, "tools/objtool/.check.o.cmd");
    assert.equal(readFileSync(path, "utf8"), `cc ${to}/tools/check.c ${from}-other/x`);
    assert.equal(statSync(path).mtimeMs, built.getTime());
    assert.equal(
      readFileSync(join(from, "tools/objtool/.check.o.cmd"), "utf8"),
      `cc ${from}/tools/check.c ${from}-other/x`,
    );
  });

  test("a change that fails leaves no copy under its name, and the next copy begins anew", async () => {
    const fails = (copy: string) => {
      writeFileSync(join(copy, "left"), "");
      return Promise.reject(new Error("no such line"));
    };
    await assert.rejects(copyTree({ from, to, unpacked }, fails), { message: "no such line" });
    assert.ok(!existsSync(to));
    await copyTree({ from, to, unpacked }, nothing);
    assert.ok(!existsSync(join(to, "left")));
  });
});
