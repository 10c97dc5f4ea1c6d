import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { builtKernel, defaultFolder, outsideCheckout, treeFolder } from "../../../kernel-lab/build/folders.ts";

let checkout: string;

before(() => {
  checkout = realpathSync(mkdtempSync(join(tmpdir(), "checkout-")));
  mkdirSync(join(checkout, "out"));
});

test("a folder inside the checkout is refused, also one that does not exist", () => {
  for (const folder of [checkout, join(checkout, "out"), join(checkout, "new/kernels")])
    assert.throws(() => outsideCheckout(folder, checkout), { name: "UserError", message: /is inside the checkout/ });
});

test("a link from elsewhere into the checkout is refused", () => {
  const link = join(mkdtempSync(join(tmpdir(), "elsewhere-")), "kernels");
  symlinkSync(join(checkout, "out"), link);
  assert.throws(() => outsideCheckout(join(link, "new"), checkout), /is inside the checkout/);
});

test("a folder beside the checkout is taken, also if its name begins with the checkout's", () => {
  assert.equal(outsideCheckout(`${checkout}-kernels`, checkout), `${checkout}-kernels`);
  assert.equal(outsideCheckout(join(checkout, "../..kernels"), checkout), join(checkout, "../..kernels"));
});

test("the default folder is outside the checkout", () => {
  assert.doesNotThrow(() => outsideCheckout(defaultFolder));
});

test("each variant has its own folder and image", () => {
  const plain = builtKernel("/kernels", "6.12");
  const variant = builtKernel("/kernels", "6.12", "no-fault-reference");
  assert.equal(plain.image, "/kernels/linux-source-6.12/arch/x86/boot/bzImage");
  assert.equal(variant.testHmm, "/kernels/linux-source-6.12-no-fault-reference/lib/test_hmm.ko");
  assert.equal(variant.tree, treeFolder("/kernels", "6.12", "no-fault-reference"));
});
