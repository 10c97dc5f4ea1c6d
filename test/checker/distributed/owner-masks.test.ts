/** Which part of a state selects its rank: how much is sent then, and how evenly the states are divided. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findRun, type Question, questionOf } from "../../../scripts/library/runs.ts";
import { ownerMasks } from "../../../src/checker/distributed/owner-masks.ts";
import type { RankSearch } from "../../../src/checker/distributed/rank-search.ts";
import { get } from "../../../src/checker/memory/shared-memory.ts";
import { search } from "../../../src/checker/search.ts";
import { layoutOf } from "../../../src/ir/layout.ts";
import { wordAt } from "../../../src/ir/lookup.ts";
import { searchOnRanks } from "../../fixtures/ranks-in-process.ts";
import { retryModel } from "../../fixtures/retry-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const options = { workers: 1, memoryBytes: 2 ** 27, stopWhen: "exhausted" } as const;

const wholeStates: RankSearch["ownerMasks"] = (_, { words }) => new Array<number>(words).fill(0xffffffff);

/** Searches on two ranks. Gives the bytes that they sent to each other while they explored, and the states of each. */
async function watched({ program, properties }: Question, masks = ownerMasks) {
  let sent = 0;
  const states = new Int32Array(2);
  const result = await searchOnRanks(2, program, properties, options, undefined, undefined, (inner) => ({
    ...inner,
    ownerMasks: masks,
    explore: (part, ...rest) => {
      const { ranks } = part;
      const exchange: typeof ranks.exchange = (outgoing) => {
        for (const [to, { length }] of outgoing.entries()) if (to !== ranks.rank) sent += length;
        return ranks.exchange(outgoing);
      };
      return inner.explore({ ...part, ranks: { ...ranks, exchange } }, ...rest);
    },
    after: (part) => {
      states[part.ranks.rank] = get(part.store.shared, "states");
      return inner.after(part);
    },
  }));
  assert.equal(wordAt(states, 0) + wordAt(states, 1), result.states);
  return { sent, share: wordAt(states, 0) / result.states };
}

test("two ranks send a quarter less at least than if the whole state selected its rank", async () => {
  for (const file of ["specs/as-documented-zap.json", "specs/mlock-and-migrate.json"]) {
    const question = questionOf(findRun({ file, position: 0 }));
    const [now, before] = [await watched(question), await watched(question, wholeStates)];
    assert.ok(now.sent < (before.sent * 3) / 4, `${file}: ${now.sent} bytes instead of ${before.sent}`);
    assert.ok(now.share > 0.35 && now.share < 0.65, `${file}: rank 0 has ${now.share} of the states`);
  }
});

test("all ranks choose the same part of a state, and more of it if there are more ranks", () => {
  const { program } = questionOf(findRun({ file: "specs/fork-race.json", position: 0 }));
  const layout = layoutOf(program);
  const bitsFor = (size: number): number => {
    const masks = ownerMasks(program, layout, [], size);
    assert.deepEqual(ownerMasks(program, layout, [], size), masks);
    return masks.reduce((sum, mask) => sum + mask.toString(2).replaceAll("0", "").length, 0);
  };
  const [one, two, eight] = [bitsFor(1), bitsFor(2), bitsFor(8)];
  assert.ok(one === 0 && one < two && two < eight && eight <= 32 * layout.words, `${one}, ${two}, ${eight} bits`);
});

test("a program with few states is divided by whole states", () => {
  const program = retryModel({});
  const layout = layoutOf(program);
  assert.deepEqual(ownerMasks(program, layout, [], 2), wholeStates(program, layout, [], 2));
});

test("a resumed search keeps the owners of its checkpoint, however they would be chosen now", async () => {
  const { program, properties } = questionOf(findRun({ file: "specs/mlock-and-migrate.json", position: 0 }));
  const judged = ({ states, transitions, depth, violations }: Awaited<ReturnType<typeof search>>) => ({
    states,
    transitions,
    depth,
    violations,
  });
  const file = join(folder, "checkpoint");
  const onFailure = (error: Error): void => {
    throw error;
  };
  const part = await searchOnRanks(2, program, properties, {
    ...options,
    maxDepth: 20,
    checkpoint: { file, everyMs: 3_600_000, onFailure },
  });
  assert.equal(part.bound, "depth");
  const alone = judged(await search(program, properties, options));
  for (const ranks of [2, 3]) {
    const resumed = { ...options, resumeFrom: file };
    const change = (inner: RankSearch): RankSearch => ({ ...inner, ownerMasks: wholeStates });
    const again = await searchOnRanks(ranks, program, properties, resumed, undefined, undefined, change);
    assert.deepEqual(judged(again), alone);
  }
});
