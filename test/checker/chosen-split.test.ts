/** Which bits of a state are its left part in the tree store. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { search } from "../../src/checker/search.ts";
import { chosenSplit } from "../../src/checker/split/chosen-split.ts";
import { sampledStates } from "../../src/checker/split/sampled-states.ts";
import { layoutOf } from "../../src/ir/layout.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { retryModel } from "../fixtures/retry-model.ts";

test("a sample has different states that the program can reach", async () => {
  const program = retryModel();
  const { states } = await search(program, [], { workers: 1 });
  const sample = new Set(sampledStates(program, [], 1000).map((state) => state.join()));
  assert.ok(sample.size > states / 2 && sample.size <= states, `${sample.size} of ${states} states`);
});

test("every run chooses the same split", () => {
  const program = peersModel(3);
  const [one, other] = [1, 2].map(() => chosenSplit(program, layoutOf(program), []));
  assert.deepEqual(one, other);
});

test("the chosen split needs far fewer parts than one between two words", { timeout: 60_000 }, async () => {
  const options = { store: "tree", workers: 1 } as const;
  const chosen = await search(peersModel(3), peersProperties, options);
  const words = await search(peersModel(3), peersProperties, { ...options, partition: {} });
  const [few, many] = [chosen, words].map(({ parts }) => (parts?.left ?? 0) + (parts?.right ?? 0)) as [number, number];
  assert.ok(few > 0 && few < many / 20, `${few} and ${many} parts`);
  assert.equal(chosen.states, words.states);
});

test("a program whose states are all alike is split too", () => {
  const { slots, ...program } = retryModel();
  const constant = { ...program, slots: slots.map((slot) => ({ ...slot })), locations: [] };
  const layout = layoutOf(constant);
  assert.equal(chosenSplit({ ...constant, actors: [] }, layout, []).length, layout.words);
});
