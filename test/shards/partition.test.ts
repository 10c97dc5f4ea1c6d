import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { costOf, positionsIn } from "../../src/shards/partition.ts";

const someCosts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 60 });
const someShards = fc.integer({ min: 1, max: 20 });

function allShards(costs: readonly number[], of: number): readonly (readonly number[])[] {
  return Array.from({ length: of }, (_, shard) => positionsIn(costs, { number: shard + 1, of }));
}

test("each run is in exactly one shard, and a shard keeps the order of the runs", () => {
  fc.assert(
    fc.property(someCosts, someShards, (costs, of) => {
      const shards = allShards(costs, of);
      assert.deepEqual(
        shards.flat().sort((one, other) => one - other),
        costs.map((_, position) => position),
      );
      for (const shard of shards)
        assert.deepEqual(
          shard,
          shard.toSorted((one, other) => one - other),
        );
    }),
  );
});

test("no shard costs more than the average and the largest run together", () => {
  fc.assert(
    fc.property(someCosts, someShards, (costs, of) => {
      const sum = (positions: readonly number[]) => positions.reduce((total, at) => total + (costs[at] ?? 0), 0);
      const most = sum(costs.map((_, position) => position)) / of + Math.max(0, ...costs);
      for (const shard of allShards(costs, of)) assert.ok(sum(shard) <= most);
    }),
  );
});

test("a small division, by hand", () => {
  assert.deepEqual(allShards([1, 7, 5, 5, 2, 2], 2), [
    [1, 4, 5],
    [0, 2, 3],
  ]);
  assert.deepEqual(allShards([3, 3], 3), [[0], [1], []]);
});

test("a limit of states bounds what a run costs, and a run of unknown size counts as large", () => {
  assert.equal(costOf(5_000_000, 1000), costOf(1000));
  assert.equal(costOf(undefined, 1000), costOf(1000));
  assert.ok(costOf(undefined) > costOf(50_000));
  assert.ok(costOf(0) > 0);
});
