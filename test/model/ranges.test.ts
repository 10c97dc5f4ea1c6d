import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { inRanges, isKernelKey, kernelRanges, kernelsIn } from "../../src/model/versions/ranges.ts";
import { kernelVersions, newestRelease, releaseVersions } from "../../src/model/versions/rows.ts";

const position = fc.nat(releaseVersions.length - 1);

test("a closed range is its ends and every release between them, whichever these are", () => {
  fc.assert(
    fc.property(position, position, (one, other) => {
      const text = `${releaseVersions[one]}..${releaseVersions[other]}`;
      assert.equal(isKernelKey(text), one < other, text);
      if (isKernelKey(text)) assert.deepEqual(kernelsIn(text), releaseVersions.slice(one, other + 1));
    }),
  );
});

test("an open range is its first release and every later one", () => {
  fc.assert(
    fc.property(position, (first) => {
      const text = `${releaseVersions[first]}+`;
      assert.ok(isKernelKey(text), text);
      assert.deepEqual(kernelsIn(text), releaseVersions.slice(first));
    }),
  );
});

test("versions written as ranges are read as the same versions, none twice", () => {
  fc.assert(
    fc.property(fc.subarray([...kernelVersions]), (kernels) => {
      assert.deepEqual(inRanges(kernels).flatMap(kernelsIn), kernels);
    }),
  );
});

test("a range is written back as one range, and a range up to the newest release as an open one", () => {
  for (const range of kernelRanges) {
    assert.ok(isKernelKey(range));
    const again = inRanges(kernelsIn(range));
    assert.equal(again.length, 1, range);
    assert.equal(again[0]?.endsWith("+"), kernelsIn(range).includes(newestRelease), range);
  }
});

test("a patch is in no range", () => {
  const patches = kernelVersions.filter((kernel) => !(releaseVersions as readonly string[]).includes(kernel));
  for (const range of kernelRanges)
    for (const patch of patches) assert.ok(isKernelKey(range) && !kernelsIn(range).includes(patch), range);
  assert.deepEqual(inRanges(patches), patches);
});

test("a single version, and a text that is not a range, are recognised as such", () => {
  assert.deepEqual(kernelsIn(newestRelease), [newestRelease]);
  for (const text of ["", "+", "..", "v6.4..", "..v6.4", "v6.4..v6.4", "v6.4 +", "v6.4+v6.15", "v8+", "constructor"])
    assert.ok(!isKernelKey(text), text);
});
