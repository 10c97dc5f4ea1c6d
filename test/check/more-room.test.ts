import assert from "node:assert/strict";
import { test } from "node:test";
import { withMoreRoom } from "../../src/check/more-room.ts";
import type { Search, SearchOptions } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

const program = peersModel(3);
/** Too little for the exact store, and enough for the tree store. */
const memoryBytes = 2 ** 22 * 1.5;
const options: SearchOptions = { workers: 1, soloStates: Number.POSITIVE_INFINITY, memoryBytes };

function roomy(): { readonly search: Search; readonly said: string[] } {
  const said: string[] = [];
  return { search: withMoreRoom(search, (text) => said.push(text)), said };
}

test("a search whose states do not fit into memory begins again with the tree store, and has the same result", async () => {
  const { search: searching, said } = roomy();
  const found = await searching(program, peersProperties, options);
  const whole = await search(program, peersProperties, { ...options, memoryBytes: 2 ** 27 });
  assert.deepEqual([found.store, found.complete, found.states], ["tree", true, whole.states]);
  assert.deepEqual(found.transitionsOf, whole.transitionsOf);
  assert.equal(said.length, 1);
  assert.match(said[0] ?? "", /^\d+ states fill the memory: the search begins again with --store tree$/);
});

test("the tree store is told how many states there are at least", async () => {
  const told: (number | undefined)[] = [];
  const noting: Search = (model, properties, given) => {
    told.push(given?.leastStates);
    return search(model, properties, given);
  };
  const whole = await withMoreRoom(noting, () => {})(program, peersProperties, options);
  const [first, second = 0] = told;
  assert.equal(first, undefined);
  assert.ok(second > 0 && second < whole.states);
});

test("a search keeps the store that was asked for", async () => {
  const { search: searching, said } = roomy();
  const found = await searching(program, peersProperties, { ...options, store: "exact" });
  assert.deepEqual([found.store, found.complete, found.bound, said], ["exact", false, "memory", []]);
});

test("if finished levels cannot be written, the result of the exact store stays", async () => {
  const { search: searching } = roomy();
  const found = await searching(program, peersProperties, { ...options, spillFolder: "/nowhere" });
  assert.deepEqual([found.store, found.bound], ["exact", "memory"]);
});

test("a search whose time is over does not begin again", async () => {
  const stopped: Search = async (...args) => ({ ...(await search(...args)), seconds: 2 });
  const said: string[] = [];
  const found = await withMoreRoom(stopped, (text) => said.push(text))(program, peersProperties, {
    ...options,
    timeoutMs: 2000,
  });
  assert.deepEqual([found.bound, said], ["memory", []]);
});
