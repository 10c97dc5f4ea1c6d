import assert from "node:assert/strict";
import test from "node:test";
import { type FeatureName, features, featuresOf } from "../../src/model/features/catalogue.ts";
import { type Feature, kernelsInWords, kernelsWith } from "../../src/model/features/feature.ts";
import { rowFor, standsFor } from "../../src/model/releases.ts";
import { kernelVersions, newestRelease, releaseVersions } from "../../src/model/versions/rows.ts";

const unchanged = { with: [], without: [] };
const feature = (span: Partial<Feature>): Feature => ({ name: "x", sentence: "It is x.", source: "none", ...span });

test("no two features have the same name", () => {
  const names = features.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test("every feature ends after it begins, and its exceptions change what since and until say", () => {
  for (const { also, except, ...span } of features) {
    const plain = kernelsWith(span);
    if (span.since !== "never") assert.ok(plain.length > 0, span.name);
    for (const row of also ?? []) assert.ok(!plain.includes(row), `${span.name} is in ${row} anyway`);
    for (const row of except ?? []) assert.ok(plain.includes(row), `${span.name} is not in ${row} anyway`);
  }
});

test("since names the first release with a feature, until the first one without it", () => {
  const [oldest, ...later] = releaseVersions;
  assert.ok(oldest !== undefined);
  const releasesWith = (span: Partial<Feature>) => kernelsWith(feature(span)).filter((row) => row !== "v8");
  assert.deepEqual(releasesWith({}), releaseVersions);
  assert.deepEqual(releasesWith({ since: newestRelease }), [newestRelease]);
  assert.deepEqual(releasesWith({ until: newestRelease }), releaseVersions.slice(0, -1));
  assert.deepEqual(releasesWith({ until: oldest }), []);
  assert.deepEqual(releasesWith({ since: "never" }), []);
  assert.deepEqual(releasesWith({ since: "never", also: [newestRelease] }), [newestRelease]);
  assert.deepEqual(releasesWith({ except: [oldest] }), later);
});

test("a patch has the features of the release that it was written for, unless a feature names the patch", () => {
  const has = (span: Partial<Feature>) => kernelsWith(feature(span)).includes("v8");
  assert.deepEqual([has({}), has({ since: "v5.14" }), has({ until: "v6.4" })], [true, true, true]);
  assert.deepEqual([has({ since: "v6.4" }), has({ until: "v5.14" }), has({ since: "never" })], [false, false, false]);
  assert.deepEqual([has({ since: "v6.15", also: ["v8"] }), has({ except: ["v8"] })], [true, false]);
});

test("the kernels of a feature are named one by one, unless they are all or none", () => {
  assert.equal(kernelsInWords(feature({})), "all kernels");
  assert.equal(kernelsInWords(feature({ since: "never" })), "no kernel");
  assert.equal(kernelsInWords(feature({ since: "never", also: ["v8", newestRelease] })), `v8, ${newestRelease}`);
});

test("features that a release has or lacks are the other way round in the row that stands for it", () => {
  let seen = 0;
  for (const major of [5, 6, 7])
    for (let minor = 0; minor < 20; minor++)
      for (const patch of [0, 107, 117, 192]) {
        const found = rowFor(`v${major}.${minor}.${patch}`);
        if (found?.row === undefined) continue;
        const has = featuresOf(found.row, unchanged);
        for (const [, side, name] of (/: add (.*)$/.exec(found.note ?? "")?.[1] ?? "").matchAll(
          /--(with|without) (\S+)/g,
        )) {
          assert.equal(has.has(name as FeatureName), side === "without", `${found.note}`);
          seen += 1;
        }
      }
  assert.ok(seen > 0);
});

test("each row says which releases it stands for", () => {
  assert.deepEqual(
    kernelVersions.filter((kernel) => standsFor(kernel) === "no release"),
    kernelVersions.filter((kernel) => !(releaseVersions as readonly string[]).includes(kernel)),
  );
  assert.equal(standsFor("v5.14"), "5.14 to 6.2, and stable releases of these without commit 7c7b962938dd");
});
