import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stateIndex } from "../../src/checker/contract/indices.ts";
import { packedMove } from "../../src/checker/contract/packed-move.ts";
import { allOf, type Candidate, keep, noCandidates } from "../../src/checker/violations/violation-candidates.ts";

const word = fc.nat(5).map((one) => Uint32Array.of(one));
/** Each parent stands for one violating move, which one thread finds. */
const found = fc.uniqueArray(
  fc.record({
    bit: fc.integer({ min: 1, max: 2 }),
    length: fc.integer({ min: 3, max: 4 }),
    representative: word,
    target: word,
    moves: fc.nat(1000).map((parent) => [{ parent: stateIndex(parent), move: packedMove(0) }]),
  }),
  { selector: ({ moves }) => moves[0]?.parent },
);

function kept(candidates: readonly Candidate[], most: number) {
  const all = noCandidates(most);
  for (const candidate of candidates) keep(all, candidate);
  return allOf(all)
    .map(({ moves, ...rest }) => ({
      ...rest,
      parents: moves.map(({ parent }) => Number(parent)).sort((a, b) => a - b),
    }))
    .sort((a, b) => a.bit - b.bit || Number(a.representative[0]) - Number(b.representative[0]));
}

test("which violations are kept depends neither on the order nor on how threads divide them", () => {
  fc.assert(
    fc.property(found, fc.nat(), fc.integer({ min: 1, max: 4 }), (candidates, cut, most) => {
      const once = kept(candidates, most);
      assert.deepEqual(kept(candidates.toReversed(), most), once);
      const place = cut % (candidates.length + 1);
      const divided = [candidates.slice(0, place), candidates.slice(place)].flatMap((part) => {
        const own = noCandidates(most);
        for (const candidate of part) keep(own, candidate);
        return allOf(own);
      });
      assert.deepEqual(kept(divided, most), once);
    }),
  );
});

test("the shortest violations of each property are kept, those with the least representatives", () => {
  fc.assert(
    fc.property(found, fc.integer({ min: 1, max: 4 }), (candidates, most) => {
      for (const bit of [1, 2]) {
        const own = candidates.filter((one) => one.bit === bit);
        const shortest = Math.min(...own.map(({ length }) => length));
        const all = new Set(own.filter(({ length }) => length === shortest).map((one) => one.representative[0]));
        const least = [...all].sort((a = 0, b = 0) => a - b).slice(0, most);
        const found = kept(candidates, most).filter((one) => one.bit === bit);
        assert.deepEqual(
          found.map((one) => one.representative[0]),
          least,
        );
        assert.ok(found.every(({ length }) => length === shortest));
      }
    }),
  );
});
