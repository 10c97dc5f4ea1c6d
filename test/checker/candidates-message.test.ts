import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stateIndex } from "../../src/checker/contract/indices.ts";
import { packedMove } from "../../src/checker/contract/packed-move.ts";
import { packCandidates, unpackCandidates } from "../../src/checker/violations/candidates-message.ts";

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const plain = { noNullPrototype: true };
const lastMove = fc.record(
  { parent: word.map(stateIndex), move: fc.integer({ min: -1, max: 2 ** 30 }).map(packedMove) },
  plain,
);
const candidate = fc.record(
  {
    bit: fc.integer({ min: 1, max: 63 }),
    length: fc.nat(),
    representative: fc.uint32Array({ minLength: 1, maxLength: 8 }),
    target: fc.uint32Array({ minLength: 1, maxLength: 8 }),
    moves: fc.array(lastMove),
  },
  plain,
);

test("the message of a worker arrives unchanged", () => {
  fc.assert(
    fc.property(fc.array(candidate), (candidates) => {
      const arrived = unpackCandidates(Uint8Array.from(packCandidates(candidates)));
      assert.deepEqual(
        arrived.map(({ representative, target, ...rest }) => ({
          ...rest,
          representative: [...representative],
          target: [...target],
        })),
        candidates.map(({ representative, target, ...rest }) => ({
          ...rest,
          representative: [...representative],
          target: [...target],
        })),
      );
    }),
  );
});
