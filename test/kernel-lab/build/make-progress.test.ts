import assert from "node:assert/strict";
import { test } from "node:test";
import { compilesFile, firstError, remainingSeconds } from "../../../kernel-lab/build/make-progress.ts";
import { progressLine } from "../../../kernel-lab/build/run-make.ts";

test("lines that compile a file are counted, for the kernel, its modules and its own tools", () => {
  for (const line of ["  CC      mm/memory.o", "  CC [M]  lib/test_hmm.o", "  AS      entry.o", "  HOSTCC  scripts/x"])
    assert.ok(compilesFile(line), line);
  for (const line of ["  AR      mm/built-in.a", "  LD      vmlinux", "CC mm/memory.o", "  CCX     file"])
    assert.ok(!compilesFile(line), line);
});

test("the remaining time follows from what was compiled, and is left out while little is known", () => {
  assert.equal(remainingSeconds(100, 300, 10), 20);
  assert.equal(remainingSeconds(10, 300, 1), undefined);
  assert.equal(remainingSeconds(301, 300, 10), undefined);
});

test("the progress says how many files, how long, and how long to go", () => {
  assert.equal(progressLine(634, 1311, 123), "634 of about 1,311 files compiled, 2 min 3 s, about 2 min 11 s to go");
  assert.equal(progressLine(6, 0, 20), "6 files compiled, 20.0 s");
});

test("the first error is shown with what follows, not the later ones that it causes", () => {
  const log = [
    "  CC      mm/memory.o",
    "mm/memory.c:10:2: error: unknown type name 'x'",
    "   10 |  x",
    "make[2]: *** [mm/memory.o] Error 1",
    "mm/other.c:1:1: error: later",
    "make: *** [all] Error 2",
    "end",
    "more",
  ].join("\n");
  assert.equal(firstError(log).split("\n")[0], "mm/memory.c:10:2: error: unknown type name 'x'");
  assert.equal(firstError(log).split("\n").length, 6);
});

test("without a compiler's error, make's own is shown, and without that the end of the output", () => {
  assert.equal(firstError("  CC a.o\nmake: *** [a.o] Killed\n"), "make: *** [a.o] Killed");
  assert.equal(firstError(["1", "2", "3", "4", "5", "6", "7"].join("\n")), "2\n3\n4\n5\n6\n7");
});
