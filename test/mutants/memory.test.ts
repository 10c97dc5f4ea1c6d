import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf } from "../../scripts/mutants/memory.ts";
import { type Base, first } from "../../scripts/mutants/trial.ts";

test("the runs that noticed last time are tried first, the others in their order", () => {
  const runs = ["a on v8", "b on v8", "c on v8"];
  assert.deepEqual(
    first((run) => run.startsWith("c"), runs),
    ["c on v8", "a on v8", "b on v8"],
  );
  assert.deepEqual(
    first(() => false, runs),
    runs,
  );
});

test("for each procedure the runs are known that come to a line of it", () => {
  const base = (scenario: string, reached: readonly string[], missed: readonly string[]) => {
    const line = (procedure: string) => ({ procedure, label: "step", effect: "taking ptl" });
    const lines = [
      ...reached.map((procedure) => ({ line: line(procedure), callees: [], reached: true })),
      ...missed.map((procedure) => ({ line: line(procedure), callees: [], reached: false })),
    ];
    return { run: { spec: { name: scenario } }, kernel: "v8", findings: { states: 7 }, lines } as unknown as Base;
  };
  const { runs, reaches } = factsOf([base("one", ["munmap"], ["fork"]), base("two", ["munmap", "fork"], [])]);
  assert.deepEqual(
    runs.map(({ scenario }) => scenario),
    ["one", "two"],
  );
  assert.deepEqual(reaches, { fork: [1], munmap: [0, 1] });
});
