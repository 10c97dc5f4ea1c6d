import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../../kernel-lab/guest/command-line-program.ts";
import { encodeProgram } from "../../../kernel-lab/guest/protocol.ts";
import { UserError } from "../../../src/diagnostics/user-error.ts";

function encode(...steps: readonly string[]): string {
  return encodeProgram(1, programOf({ steps, files: ["map"], pages: 2 }));
}

test("steps stay in the order in which they were written, whatever actor takes them", () => {
  assert.equal(
    encode("app:store:buf[1]", "gpu:atomic:buf[0]", "app:fork:child", "child:load:buf[1]", "app:munmap:buf"),
    "1 2w 2 1 store.0.1.1 atomic.0.0.1 fork.0.1 load.1.1.1 munmap.0.0.2",
  );
});

test("areas are what the steps name: memory, files, and holes into which an area is moved", () => {
  assert.equal(encode("app:mremap:buf->spare", "app:load:map[1]"), "1 2w,2wh,2wf 1 0 mremap.0.0.2.2 load.0.5.1");
});

test("a word that is no step, and an operation that does not exist, are errors of the user", () => {
  const failsWith = (message: RegExp) => (error: unknown) => error instanceof UserError && message.test(error.message);
  assert.throws(() => encode("app:store"), failsWith(/"app:store" is no step/));
  assert.throws(() => encode("app:stroe:buf[0]"), failsWith(/did you mean "store"/));
});
