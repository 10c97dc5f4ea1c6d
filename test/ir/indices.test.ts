/** The compiler tells numbers of different meaning apart: an `@ts-expect-error` without an error is itself an error. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Level, levelOf, type StateIndex, stateIndex } from "../../src/checker/contract/indices.ts";
import { noMove, packMove, unpackMove } from "../../src/checker/contract/packed-move.ts";
import { type LocationId, locationId, type SlotIndex, slotIndex } from "../../src/ir/indices.ts";

const ofSlot = (slot: SlotIndex): number => slot;
const ofLocation = (location: LocationId): number => location;
const ofState = (state: StateIndex, level: Level): readonly number[] => [state, level];

test("the compiler refuses a number of another meaning, and a plain number", () => {
  // @ts-expect-error
  assert.equal(ofSlot(locationId(3)), 3);
  // @ts-expect-error
  assert.equal(ofLocation(slotIndex(3)), 3);
  // @ts-expect-error
  assert.equal(ofSlot(3), 3);
  // @ts-expect-error
  assert.deepEqual(ofState(levelOf(1), stateIndex(2)), [1, 2]);
  assert.deepEqual(ofState(stateIndex(2), levelOf(1)), [2, 1]);
});

test("a packed move is unpacked to the same move, and the packed form of no move to none", () => {
  for (const move of [
    { location: locationId(0), choice: 0 },
    { location: locationId(1234), choice: 17 },
  ])
    assert.deepEqual(unpackMove(packMove(move)), move);
  assert.throws(() => unpackMove(noMove), RangeError);
});
