import assert from "node:assert/strict";
import { test } from "node:test";
import { startGuest } from "../../../kernel-lab/guest/boot.ts";
import { GuestError } from "../../../kernel-lab/guest/guest-error.ts";

test("a guest without a kernel, or on a machine without QEMU, is a clear error", () => {
  assert.throws(
    () => startGuest({ kernel: "/nowhere/bzImage", init: "/nowhere/init" }),
    (error) =>
      error instanceof GuestError && /there is no \/nowhere\/bzImage|qemu-system-x86_64 cannot/.test(error.message),
  );
});

test("an error shows the end of the guest's console", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  const { message } = new GuestError("the guest has ended", `${lines.join("\n")}\n`);
  assert.match(message, /^the guest has ended\. The end of its console:\nline 60\n/);
  assert.match(message, /\nline 99$/);
});
