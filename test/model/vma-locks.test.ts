import assert from "node:assert/strict";
import test from "node:test";
import { type FeatureName, featuresOf } from "../../src/model/features/catalogue.ts";
import { declareMachine } from "../../src/model/machine/declare-machine.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";

interface Asked {
  /** What the manager runs, and on which VMA each of the other threads stores. */
  readonly manager: readonly object[];
  readonly stores: readonly string[];
  readonly vmas?: readonly string[];
  readonly kernel?: KernelVersion;
  readonly without?: readonly FeatureName[];
}

/** The VMAs of the parent that have a lock. */
function locked({ manager, stores, vmas = ["a", "b"], kernel = "v6.15", without = [] }: Asked): readonly string[] {
  const threads = stores.map((name, number) => [
    `thread${number}`,
    { process: "parent", run: [{ store: `${name}[0]` }] },
  ]);
  const { scenario } = parseSpec(
    JSON.stringify({
      name: "asked",
      kernels: { "v5.14+": "unknown" },
      system: {
        pages: 2,
        processes: { parent: { vmas: Object.fromEntries(vmas.map((name) => [name, { pages: 1 }])) } },
      },
      actors: { manager: { process: "parent", run: manager }, ...Object.fromEntries(threads) },
      properties: "all",
    }),
    "asked.json",
  );
  const machine = declareMachine(scenario, featuresOf(kernel, { with: [], without }));
  return machine.vmaLocksOf(0).map(({ vma }) => vma.name);
}

test("a VMA has a lock if a thread faults there while an operation changes another VMA", () => {
  const manager = [{ mprotect_read: "a" }];
  assert.deepEqual(locked({ manager, stores: ["b"] }), ["b"]);
  assert.deepEqual(locked({ manager, stores: ["b"], kernel: "v5.14" }), []);
  assert.deepEqual(locked({ manager, stores: ["b"], without: ["per-vma-locks"] }), []);
});

test("no VMA has a lock if every operation marks all VMAs in which threads fault", () => {
  assert.deepEqual(locked({ manager: [{ mprotect_read: "a" }, { munmap: "a" }], stores: ["a", "a"] }), []);
  assert.deepEqual(locked({ manager: [{ mremap: "a -> b" }], stores: ["a", "b"] }), []);
  assert.deepEqual(locked({ manager: [{ madvise_dontneed: "a" }], stores: ["a", "b"] }), []);
});

test("if one VMA in which threads fault has a lock, the others have locks too", () => {
  assert.deepEqual(locked({ manager: [{ munmap: "a" }], stores: ["a", "b"] }), ["a", "b"]);
});

test("fork and clear_refs mark one VMA after the other", () => {
  for (const manager of [[{ fork: "child" }], [{ clear_refs: "parent" }]]) {
    assert.deepEqual(locked({ manager, stores: ["a"] }), ["a"]);
    assert.deepEqual(locked({ manager, stores: ["a"], vmas: ["a"] }), []);
  }
});

test("an operation that marks nothing runs beside every fault", () => {
  const [fork, twice] = [[{ fork: "child" }], [{ clear_refs: "parent" }, { clear_refs: "parent" }]];
  const vmas = ["a"];
  assert.deepEqual(locked({ manager: fork, stores: ["a"], vmas, without: ["fork-locks-vmas"] }), ["a"]);
  assert.deepEqual(locked({ manager: twice, stores: ["a"], vmas, kernel: "v6.4" }), ["a"]);
  assert.deepEqual(locked({ manager: twice, stores: ["a"], vmas, kernel: "v6.15" }), []);
});
