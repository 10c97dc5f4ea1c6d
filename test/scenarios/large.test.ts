import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { expectedViolations, questionOf, runsOf } from "../../scripts/library/runs.ts";
import { search } from "../../src/checker/search.ts";
import { tries } from "../fixtures/nightly.ts";

/** The scenarios of this folder are too large to be searched to the end in tests. */
const files = readdirSync("specs/large").map((name) => `specs/large/${name}`);
const maxStates = tries(10_000, 30_000);

test("the first states of each large scenario violate nothing that its file does not expect", {
  timeout: 120_000,
}, async () => {
  for (const found of runsOf(files)) {
    const { program, properties, names, symmetries } = questionOf(found);
    const options = { maxStates, symmetries, workers: 1, stopWhen: "exhausted" } as const;
    const { bound, violations } = await search(program, properties, options);
    const expected = expectedViolations(found.run) ?? [];
    const unexpected = violations.map(({ property }) => (property === "range-error" ? property : names[property]));
    assert.equal(bound, "states", `${found.file} is not large`);
    assert.deepEqual(
      unexpected.filter((name) => !expected.includes(name ?? "")),
      [],
      found.file,
    );
  }
});

test("three threads and a device reach each operation that they can choose", { timeout: 60_000 }, async () => {
  const [found] = runsOf(["specs/large/any-three-threads-and-device.json"]);
  assert.ok(found !== undefined);
  const { program, properties, symmetries } = questionOf(found);
  const { transitionsOf } = await search(program, properties, {
    maxStates: tries(50_000, 300_000),
    symmetries,
    workers: 1,
  });
  const begun = new Set(
    program.locations
      .filter((_, id) => Number(transitionsOf[id]) > 0)
      .map(({ actor, procedure }) => `${program.actors[actor]?.name}: ${procedure}`),
  );
  const ofThreads = ["first", "second", "third"].flatMap((thread) => operations.map((one) => `${thread}: ${one}`));
  for (const one of [...ofThreads, "engine: device_atomic"]) assert.ok(begun.has(one), one);
});

/** The procedures with which the operations begin. */
const operations = [
  "load",
  "store",
  "atomic_add",
  "madvise_dontneed",
  "mprotect_fixup",
  "do_mlock",
  "munlock",
  "munmap",
  "migrate_pages",
];
