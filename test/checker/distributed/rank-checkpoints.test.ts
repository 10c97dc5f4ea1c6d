/** Checkpoints of searches by several ranks, resumed by other numbers of ranks. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import fc from "fast-check";
import type { SearchOptions, SearchResult } from "../../../src/checker/contract/search-types.ts";
import { search } from "../../../src/checker/search.ts";
import { UserError } from "../../../src/diagnostics/user-error.ts";
import { buildProgram } from "../../../src/ir/build-program.ts";
import { eq, load, ne } from "../../../src/ir/expression.ts";
import type { Property } from "../../../src/ir/property.ts";
import { procedure, recordActor } from "../../../src/ir/recorder.ts";
import { int } from "../../../src/ir/types.ts";
import { variable } from "../../../src/ir/variable.ts";
import { isNightly, tries } from "../../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../../fixtures/peers-model.ts";
import { randomProgram } from "../../fixtures/random-program.ts";
import { RankDied, searchOnRanks } from "../../fixtures/ranks-in-process.ts";
import { assertsHold, canFinish, noDeadlock, retryModel } from "../../fixtures/retry-model.ts";

const root = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(root, { recursive: true }));
let folder = root;
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(root, "test-"));
  file = join(folder, "checkpoint");
});

const endsAlone: Property = { name: "ends-alone", sentence: "", checks: [{ kind: "ends-alone" }] };
const properties = [...peersProperties, canFinish];
const small = { workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;
const stores = ["exact", "tree", "fingerprint"] as const;

function kept(everyMs = 3_600_000): SearchOptions {
  const onFailure = (error: Error): void => {
    throw error;
  };
  return { checkpoint: { file, everyMs, onFailure } };
}

/** What must not depend on the ranks, nor on how often the search was stopped. */
function judged(result: SearchResult) {
  const { seconds, statesPerSecond, workers, bytesPerState, parts, bytesOnDisk, resumedAt, savedDepth, ...rest } =
    result;
  assert.ok(seconds > 0 && statesPerSecond >= 0 && workers > 0 && bytesPerState > 0);
  return rest;
}

for (const store of stores)
  test(`a search stopped by a limit goes on with fewer and with more ranks, to the same result (${store})`, {
    timeout: 120_000,
  }, async () => {
    // The exact store without symmetry, the others with it; every night both.
    for (const symmetric of isNightly ? [false, true] : [store !== "exact"]) {
      const program = peersModel(store === "exact" ? tries(2, 3) : 2, true);
      const searched = symmetric ? peersProperties : properties;
      const options = { ...small, store, symmetries: symmetric ? program.symmetries : [] };
      const alone = judged(await search(program, searched, options));
      let resume: SearchOptions = {};
      for (const [ranks, stop] of [
        [3, { maxStates: 700 }],
        [2, { maxDepth: 20 }],
        [2, { maxDepth: 21 }],
        [1, { maxDepth: 25 }],
        [4, { maxDepth: 26 }],
      ] as const) {
        const part = await searchOnRanks(ranks, program, searched, { ...options, ...resume, ...stop, ...kept() });
        assert.ok(part.bound !== undefined && part.savedDepth !== undefined);
        resume = { resumeFrom: file };
      }
      assert.deepEqual(judged(await searchOnRanks(2, program, searched, { ...options, ...resume })), alone);
      rmSync(file);
    }
  });

test("ranks that die at random moments lose nothing that was saved, and any number of ranks goes on", {
  timeout: 300_000,
}, async () => {
  const program = peersModel(2, true);
  const alone = new Map<string, unknown>();
  for (const store of stores) alone.set(store, judged(await search(program, properties, { ...small, store })));
  const one = fc.record({ ranks: fc.integer({ min: 1, max: 3 }), rank: fc.nat(2), after: fc.nat(150) });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...stores), fc.array(one, { maxLength: 5 }), async (store, deaths) => {
      rmSync(file, { force: true });
      const options = { ...small, store };
      const resume = (): SearchOptions => (existsSync(file) ? { resumeFrom: file } : {});
      for (const { ranks, rank, after: exchanges } of deaths) {
        const death = { rank: rank % ranks, after: exchanges };
        try {
          const done = await searchOnRanks(ranks, program, properties, { ...options, ...resume(), ...kept(0) }, death);
          assert.deepEqual(judged(done), alone.get(store));
        } catch (error) {
          if (!(error instanceof RankDied)) throw error;
        }
      }
      for (const ranks of [1, 3]) {
        const resumed = await searchOnRanks(ranks, program, properties, { ...options, ...resume() });
        assert.deepEqual(judged(resumed), alone.get(store));
      }
    }),
    {
      numRuns: tries(3, 100),
      // Rank 0 dies between writing the head and telling so.
      examples: [
        [
          "fingerprint",
          [
            { ranks: 1, rank: 0, after: 126 },
            { ranks: 2, rank: 0, after: 51 },
          ],
        ],
      ],
    },
  );
});

/**
 * Each step of a thread takes one of four ways, and can fail after one of them. So a level has few states, whose indices
 * those of other levels have too, and the last move of each violation begins in one of them.
 */
function waysModel(steps: number) {
  const [way, failed] = [variable("way", int(0, 3)), variable("failed", int(0, steps))];
  const properties: readonly Property[] = Array.from({ length: steps }, (_, step) => {
    const check = { kind: "state", premise: undefined, condition: ne(load(failed), step + 1) } as const;
    return { name: `step-${step}-does-not-fail`, sentence: "", checks: [check] };
  });
  const work = procedure<undefined>("work", { file: "lib/work.c" }, (k) => {
    for (const step of properties.keys()) {
      const go = (to: number) => [`way ${to}`, () => k.set(load(way), to)] as const;
      const fail = () => {
        k.await(eq(load(way), (step * 3) % 4));
        k.set(load(failed), step + 1);
      };
      k.step(`work ${step}`, "", () => k.choose({ ...Object.fromEntries([0, 1, 2, 3].map(go)), fail }));
    }
  });
  const program = buildProgram({ variables: [way, failed], events: [], actors: [recordActor("one", work)] });
  return { program, properties };
}

for (const store of stores)
  test(`violations of different levels stay apart when states get other ranks (${store})`, async () => {
    const { program, properties: own } = waysModel(8);
    const options = { ...small, store };
    const alone = judged(await search(program, own, options));
    assert.deepEqual(
      alone.violations.map(({ steps }) => steps.length),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    await searchOnRanks(1, program, own, { ...options, maxDepth: 7, ...kept() });
    for (const ranks of [2, 3])
      assert.deepEqual(judged(await searchOnRanks(ranks, program, own, { ...options, resumeFrom: file })), alone);
  });

test("random programs, stopped again and again, end alike on any number of ranks", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.constantFrom(...stores), async (g, store) => {
      const { program, properties: own } = randomProgram(g);
      const searched = [...own, canFinish];
      const options = { ...small, store, maxDepth: 6 };
      const alone = judged(await search(program, searched, options));
      rmSync(file, { force: true });
      for (const [part, maxDepth] of [1, 2, 3, 5].entries()) {
        const resume = existsSync(file) ? { resumeFrom: file } : {};
        const ranks = 1 + ((part * 2) % 3);
        const { complete } = await searchOnRanks(ranks, program, searched, {
          ...options,
          maxDepth,
          ...resume,
          ...kept(),
        });
        if (complete) return;
      }
      for (const ranks of [2, 3])
        assert.deepEqual(
          judged(await searchOnRanks(ranks, program, searched, { ...options, resumeFrom: file })),
          alone,
        );
    }),
    { numRuns: tries(3, 40) },
  );
});

test("runs that never end are found after a resume by other ranks, also if they begin before the checkpoint", async () => {
  const searched = [assertsHold, canFinish, noDeadlock, endsAlone];
  for (const program of [{}, { polite: true }, { waits: true }, { asserts: true }].map(retryModel)) {
    const alone = judged(await search(program, searched, small));
    for (const maxDepth of [1, 4, 7]) {
      const part = await searchOnRanks(3, program, searched, { ...small, maxDepth, ...kept() });
      if (part.complete) continue;
      const again = await searchOnRanks(2, program, searched, { ...small, resumeFrom: file });
      assert.deepEqual(judged(again), alone);
    }
  }
});

async function saved(ranks: number, options: SearchOptions = {}): Promise<void> {
  await searchOnRanks(ranks, peersModel(2), properties, { ...small, maxDepth: 12, ...kept(), ...options });
}

function resumed(ranks: number, options: SearchOptions = {}): Promise<SearchResult> {
  return searchOnRanks(ranks, peersModel(2), properties, { ...small, resumeFrom: file, ...options });
}

const diagnosed =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof UserError && error.diagnostics[0]?.code === code;

test("a checkpoint has a part for each rank, and the next one removes what is no longer needed", async () => {
  await saved(2, { store: "tree" });
  const beside = (rank: number, turn: number) => [
    `checkpoint.rank${rank}.part${turn}`,
    `checkpoint.rank${rank}.states1`,
  ];
  assert.deepEqual(readdirSync(folder), ["checkpoint", ...beside(0, 1), ...beside(1, 1)]);
  await resumed(2, { store: "tree", maxDepth: 14, ...kept() });
  assert.deepEqual(readdirSync(folder), ["checkpoint", ...beside(0, 2), ...beside(1, 2)]);
  await resumed(1, { store: "tree", maxDepth: 16, ...kept() });
  assert.deepEqual(readdirSync(folder), ["checkpoint", "checkpoint.rank0.part1", "checkpoint.rank0.states2"]);
  await search(peersModel(2), properties, { ...small, maxDepth: 4, ...kept() });
  assert.deepEqual(readdirSync(folder), ["checkpoint"]);
});

test("a search by one process and a search by several do not go on from each other's checkpoints", async () => {
  await saved(2);
  await assert.rejects(
    search(peersModel(2), properties, { ...small, resumeFrom: file }),
    /search by several processes/,
  );
  await search(peersModel(2), properties, { ...small, maxDepth: 12, ...kept() });
  await assert.rejects(resumed(2), /search by one process alone/);
});

test("a checkpoint of another search is refused by ranks too", async () => {
  await saved(2, { description: { kernel: "v8" } });
  for (const ranks of [2, 3]) {
    await assert.rejects(resumed(ranks, { description: { kernel: "v6.4" } }), /its kernel is v8, and not v6\.4/);
    await assert.rejects(resumed(ranks, { description: { kernel: "v8" }, maxDepth: 11 }), /12 steps deep already/);
    const complete = await resumed(ranks, { description: { kernel: "v8" } });
    assert.deepEqual([complete.complete, complete.resumedAt?.depth], [true, 12]);
  }
});

for (const store of stores)
  test(`a part with any byte wrong or missing is refused, by as many ranks and by others (${store})`, async () => {
    await saved(2, { store });
    const part = join(folder, "checkpoint.rank1.part1");
    const bytes = readFileSync(part);
    const places = Array.from({ length: tries(2, 40) }, (_, i) => Math.floor((bytes.length * i) / tries(2, 40)));
    for (const place of [...places, bytes.length - 1])
      for (const ranks of [2, 1]) {
        const wrong = Buffer.from(bytes);
        wrong[place]! ^= 1 << (place % 8);
        writeFileSync(part, wrong);
        await assert.rejects(resumed(ranks, { store }), diagnosed("checkpoint/damaged"), `byte ${place}`);
        writeFileSync(part, bytes.subarray(0, place));
        await assert.rejects(resumed(ranks, { store }), diagnosed("checkpoint/damaged"), `${place} bytes`);
      }
    rmSync(part);
    for (const ranks of [2, 1]) await assert.rejects(resumed(ranks, { store }), diagnosed("checkpoint/unreadable"));
    writeFileSync(part, bytes);
    if (store !== "exact") {
      const states = join(folder, "checkpoint.rank1.states1");
      const whole = readFileSync(states);
      writeFileSync(states, whole.subarray(0, whole.length / 2));
      for (const ranks of [2, 1]) await assert.rejects(resumed(ranks, { store }), diagnosed("checkpoint/damaged"));
      rmSync(states);
      for (const ranks of [2, 1]) await assert.rejects(resumed(ranks, { store }), /states1 is missing/);
    }
  });

test("a part of an earlier checkpoint does not count", async () => {
  await saved(2);
  const earlier = readFileSync(join(folder, "checkpoint.rank1.part1"));
  await saved(2, { maxDepth: 13 });
  writeFileSync(join(folder, "checkpoint.rank1.part2"), earlier);
  for (const ranks of [1, 2]) await assert.rejects(resumed(ranks), /this is no part of the checkpoint/);
});

test("states that do not fit into the memory of other ranks are refused", async () => {
  const program = peersModel(3);
  const options = { ...small, maxStates: 150_000 };
  await searchOnRanks(3, program, properties, { ...options, ...kept() });
  await assert.rejects(
    searchOnRanks(1, program, properties, { ...small, memoryBytes: 2 ** 22, resumeFrom: file }),
    diagnosed("checkpoint/too-large"),
  );
});

test("if one rank cannot write its part, the search and the checkpoint before it remain", async () => {
  await saved(2);
  const before = readFileSync(file);
  mkdirSync(join(folder, "checkpoint.rank1.part2"));
  const failures: string[] = [];
  const onFailure = ({ message }: Error): void => {
    failures.push(message);
  };
  await saved(2, { maxDepth: 14, checkpoint: { file, everyMs: 3_600_000, onFailure } });
  assert.equal(failures.length, 2);
  for (const failure of failures) assert.match(failure, /^rank 1: it is a directory/);
  assert.deepEqual(readFileSync(file), before);
  assert.equal((await resumed(2)).complete, true);
});
