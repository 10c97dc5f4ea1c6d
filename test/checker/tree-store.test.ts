import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { findRun, questionOf } from "../../scripts/library/runs.ts";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { eq, load } from "../../src/ir/expression.ts";
import { layoutOf } from "../../src/ir/layout.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { blockSize } from "../../src/memory/memory-map.ts";
import { planMemory } from "../../src/memory/plan-memory.ts";
import { displacementBits, wideShape } from "../../src/memory/root-shape.ts";
import { latePartsModel } from "../fixtures/late-parts-model.ts";
import { isNightly, tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { assertsHold, canFinish, noDeadlock, retryModel } from "../fixtures/retry-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const tree = { store: "tree", spillFolder: folder } as const;

/** Nearly every state of the peers' model has a left part of its own, so parts do not repeat. */
const allLeft = [0xffffffff, 0] as const;

/** The results that must not depend on the store or on the number of threads. */
function judged(result: SearchResult) {
  const { seconds, statesPerSecond, workers, bytesPerState, store, parts, bytesOnDisk, ...rest } = result;
  assert.ok(seconds > 0 && statesPerSecond >= 0 && workers > 0 && bytesPerState > 0);
  assert.equal(rest.omissionProbability, 0);
  // If the initial state violates a property, nothing is stored.
  if (rest.states > 0) assert.equal(store === "tree", parts !== undefined && bytesOnDisk > 0);
  return rest;
}

/** A property that the protocol violates in many places. */
function exclusiveIsLocked({ variables }: Program): Property {
  const [pte, locked] = ["pte", "page_lock"].map((name) => {
    const found = variables.find((variable) => variable.name === name);
    assert.ok(found !== undefined);
    return load(found, 0);
  }) as [ReturnType<typeof load>, ReturnType<typeof load>];
  const check = { kind: "state", premise: eq(pte, "exclusive"), condition: locked } as const;
  return { name: "exclusive-is-locked", sentence: "", checks: [check] };
}

test("one, two and four workers find what the exact store finds, while roots and parts grow", {
  timeout: 120_000,
}, async () => {
  for (const reduced of [false, true]) {
    const program = peersModel(3, true);
    const properties = [...peersProperties, exclusiveIsLocked(program), canFinish];
    const options: SearchOptions = {
      stopWhen: "exhausted",
      symmetries: reduced ? program.symmetries : [],
      memoryBytes: 2 ** 27,
    };
    const exact = judged(await search(program, properties, { ...options, workers: 1 }));
    assert.equal(exact.violations.length, 2);
    const partsWith = async (workers: number, soloStates: number, shape: SearchOptions) => {
      const found = await search(program, properties, { ...options, ...tree, ...shape, workers, soloStates });
      assert.deepEqual(judged(found), exact);
      assert.ok(found.parts !== undefined);
      return found.parts;
    };
    const allInLeft = { partition: { leftMasks: allLeft } };
    // Without symmetry there are six times as many states. So two workers search them every night.
    const both = reduced || isNightly;
    const chosen = await partsWith(1, Number.POSITIVE_INFINITY, {});
    if (both) assert.deepEqual(await partsWith(2, 1000, {}), chosen, "parts depend on the split only");
    const whole = await partsWith(reduced ? 2 : 4, reduced ? 1000 : 0, allInLeft);
    if (isNightly) assert.deepEqual(await partsWith(1, 1000, allInLeft), whole, "parts depend on the split only");
    assert.ok(chosen.left + chosen.right < whole.left / 10, `${chosen.left} and ${chosen.right} parts`);
    assert.ok(whole.left > exact.states / 2, `${whole.left} left parts`);
  }
});

test("random programs get the same result as with the exact store, however their states are split", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.array(fc.nat(0xffffffff)), async (g, masks) => {
      const { program, properties } = randomProgram(g);
      const options = { maxDepth: 6, workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;
      const searched = [...properties, canFinish];
      const exact = judged(await search(program, searched, options));
      assert.deepEqual(judged(await search(program, searched, { ...options, ...tree })), exact);
      const leftMasks = Array.from({ length: layoutOf(program).words }, (_, word) => masks[word % masks.length] ?? 0);
      const split = { ...options, ...tree, partition: { leftMasks } };
      assert.deepEqual(judged(await search(program, searched, split)), exact);
    }),
    { numRuns: tries(6, 50) },
  );
});

test("random programs have the states that the plain search counts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties } = randomProgram(g);
      const plain = referenceSearch(program, properties, { maxDepth: 5 });
      const options = { ...tree, maxDepth: 5, workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;
      const found = await search(program, properties, options);
      assert.deepEqual([found.states, found.transitions, found.depth], [plain.states, plain.transitions, plain.depth]);
    }),
    { numRuns: tries(6, 50) },
  );
});

test("livelocked states are found by notes of successors, or by expanding states again", async () => {
  for (const program of [
    retryModel(),
    retryModel({ polite: true }),
    retryModel({ waits: true }),
    retryModel({ asserts: true }),
  ]) {
    for (const properties of [[canFinish], [canFinish, noDeadlock], [assertsHold, canFinish]]) {
      const options = { workers: 1, stopWhen: "exhausted" } as const;
      const exact = judged(await search(program, properties, options));
      assert.deepEqual(judged(await search(program, properties, { ...options, ...tree })), exact);
    }
  }
});

test("shipped scenarios get the same result as with the exact store, with and without symmetry", {
  timeout: 60_000,
}, async () => {
  for (const file of ["specs/fault-race.json", "specs/as-documented-zap.json", "specs/mlock-and-migrate.json"]) {
    const { program, properties, symmetries } = questionOf(findRun({ file, position: 0 }));
    for (const used of [[], symmetries]) {
      const options = { workers: 1, stopWhen: "exhausted", symmetries: used, maxStates: 200_000 } as const;
      const exact = judged(await search(program, properties, options));
      assert.deepEqual(judged(await search(program, properties, { ...options, ...tree })), exact);
    }
  }
});

test("a state takes few bytes, and finished levels are in a file without a name", async () => {
  const seen: string[][] = [];
  const found = await search(peersModel(3), peersProperties, {
    ...tree,
    workers: 2,
    soloStates: 100,
    memoryBytes: 2 ** 27,
    onProgress: () => seen.push(readdirSync(folder)),
  });
  assert.equal(found.states, 352_617);
  assert.equal(found.bytesOnDisk, 352_617 * 8);
  assert.ok(found.bytesPerState < 13, `${found.bytesPerState} bytes a state`);
  assert.deepEqual([seen.flat(), readdirSync(folder)], [[], []]);
});

test("roots are moved to other keys and other cells, and none is lost, while several threads insert", {
  timeout: 120_000,
}, async () => {
  const program = peersModel(3, true);
  const properties = [...peersProperties, canFinish];
  const options: SearchOptions = { stopWhen: "exhausted", memoryBytes: 2 ** 27 };
  const exact = judged(await search(program, properties, { ...options, workers: 1 }));
  // The table begins small, so it becomes narrow early. The second split has more parts, whose numbers outgrow the keys.
  for (const [number, leftMasks] of [undefined, [0x0000ffff, 0xffffffff], [0xffffffff, 0x0000ffff]].entries())
    for (const workers of isNightly ? [1, 2, 3] : [number + 1]) {
      const partition = { leftMasks, partBits: 19 };
      const found = await search(program, properties, { ...options, ...tree, workers, soloStates: 1000, partition });
      assert.deepEqual(judged(found), exact);
    }
});

test("keys get more bits in the middle of a level when they have too few for the parts, also after a checkpoint", async () => {
  const program = latePartsModel();
  const exact = judged(await search(program, [canFinish], { workers: 1, memoryBytes: 2 ** 27 }));
  const file = join(folder, "late-parts");
  const checkpoint = { file, everyMs: 1, onFailure: assert.ifError };
  const ways = [1, 2, 3].flatMap((workers) => [{}, { checkpoint }].map((kept) => ({ workers, kept })));
  // To write a checkpoint at every level takes several workers long.
  const chosen = ways.filter(({ workers, kept }) => isNightly || (workers === 1) === "checkpoint" in kept);
  for (const { workers, kept } of chosen) {
    // `x` and the digits are in one part, so each combination of digits is a part of its own.
    const partition = { leftMasks: [0x3ffc01ff, 0x3f], partBits: 19 };
    const options = { ...tree, ...kept, workers, soloStates: 1000, memoryBytes: 2 ** 27, partition };
    const { savedDepth, ...found } = judged(await search(program, [canFinish], options));
    assert.deepEqual({ ...found, savedDepth: undefined }, exact);
    assert.equal(savedDepth === undefined, !("checkpoint" in kept));
  }
  rmSync(file);
});

test("a search goes on from a checkpoint that was written while the cells were narrow", async () => {
  const program = latePartsModel();
  const properties = [canFinish];
  const { savedDepth: _, ...whole } = judged(await search(program, properties, { workers: 1, memoryBytes: 2 ** 27 }));
  for (const [workers, others] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const file = join(folder, "narrow");
    const partition = { leftMasks: [0x3ffc01ff, 0x3f], partBits: 19 };
    const options = { ...tree, soloStates: 1000, memoryBytes: 2 ** 27, partition };
    const checkpoint = { file, everyMs: 60_000, onFailure: assert.ifError };
    // The digits are chosen after 800 levels.
    const first = await search(program, properties, { ...options, workers, checkpoint, maxDepth: 600 });
    assert.equal(first.savedDepth, 600);
    const { savedDepth, resumedAt, ...found } = judged(
      await search(program, properties, { ...options, workers: others, resumeFrom: file }),
    );
    assert.equal(resumedAt?.depth, 600);
    assert.deepEqual({ ...found, resumedAt: undefined }, whole);
    rmSync(file);
  }
});

test("a search stops if there are too many parts, and says that it is not complete", async () => {
  for (const workers of [1, 2]) {
    const shape = { leftMasks: allLeft, partBits: 15 };
    const options = { ...tree, workers, soloStates: 1000, partition: shape };
    const found = await search(peersModel(3), peersProperties, options);
    assert.deepEqual([found.complete, found.bound], [false, "memory"]);
    assert.ok(found.parts !== undefined && found.parts.left > 2 ** 14 && found.parts.left <= 2 ** 15);
  }
});

test("a search stops if a root is too far from its home, and says that it is not complete", async () => {
  for (const workers of isNightly ? [1, 2] : [1]) {
    // Five bits are left for the displacement, so that it has too few long before the table is full enough to grow.
    const shape = { partBits: 23, rootsLog2: 19 };
    const options = { ...tree, workers, soloStates: 1000, partition: shape };
    const found = await search(peersModel(4), peersProperties, options);
    assert.deepEqual([found.complete, found.bound], [false, "memory"]);
    assert.ok(found.states > 100_000, `${found.states} states`);
    // Of two threads one may see that the table is nearly full, and enlarge it, before the other finds no place.
    if (workers === 1) assert.ok(found.states < 2 ** 19, `${found.states} states`);
  }
});

test("a search stops if its memory runs out, for the roots or for two levels", async () => {
  const options = { ...tree, workers: 2, soloStates: 30_000 };
  const found = await search(peersModel(4), peersProperties, { ...options, memoryBytes: 6 * 2 ** 20 });
  assert.deepEqual([found.complete, found.bound], [false, "memory"]);
  assert.ok(found.states > 100_000, `${found.states} states`);
  await assert.rejects(search(peersModel(2), peersProperties, { ...options, memoryBytes: 2 ** 20 }), /too few/);
});

test("a search goes on with the split of its checkpoint, with more room for parts or with less", async () => {
  const file = join(folder, "checkpoint");
  const checkpoint = { file, everyMs: 3_600_000, onFailure: assert.ifError };
  const program = peersModel(3);
  const { symmetries } = program;
  const properties = [...peersProperties, exclusiveIsLocked(program)];
  const options = { ...tree, workers: 1, memoryBytes: 2 ** 27, stopWhen: "exhausted", symmetries } as const;
  const { resumedAt: _, ...whole } = judged(await search(program, properties, options));
  await search(program, properties, { ...options, maxStates: 20_000, checkpoint });
  for (const partBits of [15, 20]) {
    // Under the split that these options ask for, there would be too many parts for 15 bits.
    const partition = { leftMasks: allLeft, partBits };
    const resumed = await search(program, properties, { ...options, partition, resumeFrom: file });
    const { resumedAt, ...rest } = judged(resumed);
    assert.deepEqual(rest, whole);
    assert.ok(resumedAt !== undefined && resumed.parts !== undefined && resumed.parts.left < 2 ** 14);
  }
  rmSync(file);
});

test("two neighbouring levels can have three hundred million states if the roots have memories of their own", () => {
  const program = peersModel(6);
  const plan = planMemory(program, layoutOf(program), 2, 2 ** 34, { store: "tree" });
  assert.ok(plan.store.blocks * blockSize > 300e6, `${plan.store.blocks} blocks`);
  assert.ok(plan.maxStates > 1_800e6);
});

test("if many states are known to exist, there are more numbers for parts, and a cell still has ten bits for a distance", () => {
  const program = peersModel(6);
  const plan = (leastStates: number) =>
    planMemory(program, layoutOf(program), 2, 2 ** 32, { store: "tree", leastStates });
  assert.ok(plan(80e6).store.partBits > plan(0).store.partBits);
  for (const { store, initialEntries } of [0, 1e6, 20e6, 80e6, 400e6].map(plan))
    assert.ok(displacementBits(wideShape(store.partBits), initialEntries) >= 10);
});

test("a checkpoint with more parts than there is room for is refused", async () => {
  const file = join(folder, "checkpoint");
  const checkpoint = {
    file,
    everyMs: 3_600_000,
    onFailure(error: Error) {
      throw error;
    },
  };
  const options = { store: "tree", workers: 1, memoryBytes: 2 ** 27, partition: { leftMasks: allLeft } } as const;
  await search(peersModel(3), peersProperties, { ...options, maxStates: 60_000, checkpoint });
  const small = { ...options, resumeFrom: file, partition: { leftMasks: allLeft, partBits: 15 } };
  const isTooLarge = (error: unknown): boolean =>
    error instanceof UserError && error.diagnostics[0]?.code === "checkpoint/too-large";
  await assert.rejects(search(peersModel(3), peersProperties, small), isTooLarge);
  assert.equal((await search(peersModel(3), peersProperties, { ...options, resumeFrom: file })).complete, true);
  rmSync(file);
});
