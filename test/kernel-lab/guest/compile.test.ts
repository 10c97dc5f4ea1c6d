import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { compileStatic } from "../../../kernel-lab/guest/compile.ts";
import { missingCommand } from "../../../scripts/library/missing-command.ts";

test("a mistake in a program's source is shown in gcc's words", {
  skip: missingCommand([["gcc", "--version"]], "gcc") ?? false,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kernel-lab-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const source = join(folder, "wrong.c");
  writeFileSync(source, "int main(void) { return missing; }\n");
  assert.throws(() => compileStatic([source], "/dev/null"), /gcc cannot compile .*wrong\.c:\n.*missing/s);
});
