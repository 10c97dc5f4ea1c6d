import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, editDistance } from "../../src/text/did-you-mean.ts";

test("a typo finds the nearest candidate", () => {
  assert.equal(didYouMean("presnt", ["none", "present", "device_exclusive"]), "present");
  assert.equal(didYouMean("mumap", ["munmap", "madvise", "mprotect"]), "munmap");
});

test("a difference in case counts as the smallest mistake", () => {
  assert.equal(didYouMean("Present", ["presents", "present"]), "present");
});

test("nothing is suggested if no candidate is near, or if the word is right", () => {
  assert.equal(didYouMean("zap", ["fork", "munmap"]), undefined);
  assert.equal(didYouMean("fork", ["fork"]), undefined);
  assert.equal(didYouMean("fork", []), undefined);
});

test("swapped neighbours are one edit", () => {
  assert.equal(editDistance("wirte", "write"), 1);
  assert.equal(editDistance("", "abc"), 3);
  assert.equal(editDistance("kitten", "sitting"), 3);
});
