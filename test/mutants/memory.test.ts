import assert from "node:assert/strict";
import { test } from "node:test";
import { fromReport, rememberedFirst } from "../../scripts/mutants/memory.ts";

test("a report says which scenario noticed a feature and a mutant last time", () => {
  const memory = fromReport(
    [
      "| feature | switched off | switched on |",
      "| --- | --- | --- |",
      "| `fault-locks-page` | fault-race on v8: kernel-assertions | soft-dirty on v6.4 without fault-locks-page: no rss-matches |",
      "| `restore-notifies-clear` | not noticed: neutral: drivers look on and on. | |",
      "| mutant | by | how |",
      "| copy_pte_range: pte_lock - without taking ptl | fork-cow on v6.4 | lock-discipline |",
    ].join("\n"),
  );
  assert.deepEqual(Object.fromEntries(memory), {
    "fault-locks-page": ["fault-race on v8", "soft-dirty on v6.4 without fault-locks-page"],
    "copy_pte_range: pte_lock - without taking ptl": ["fork-cow on v6.4"],
  });
});

test("the scenario that noticed last time is tried first, the others in their order", () => {
  const runs = ["a on v8", "b on v8", "c on v8"].map((title) => ({ title }));
  const memory = new Map([["mutant", ["c on v8"]]]);
  const order = (name: string) => rememberedFirst(memory, name, runs).map(({ title }) => title);
  assert.deepEqual(order("mutant"), ["c on v8", "a on v8", "b on v8"]);
  assert.deepEqual(order("another"), ["a on v8", "b on v8", "c on v8"]);
});
