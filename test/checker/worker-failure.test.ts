import assert from "node:assert/strict";
import test from "node:test";
import { SearchFailure } from "../../src/checker/contract/search-types.ts";
import { searchOnThreads } from "../../src/checker/levels/thread-team.ts";
import { get, put } from "../../src/checker/memory/shared-memory.ts";
import { nodeEnvironment } from "../../src/checker/node/node-environment.ts";
import { startWorkers } from "../../src/checker/node/worker-pool.ts";
import { prepareSearch } from "../../src/checker/search-setup.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

test("if a worker dies, the other workers end too and do not wait for it", { timeout: 60_000 }, async () => {
  const { store, code, limits, layout } = prepareSearch(nodeEnvironment, peersModel(3), peersProperties, {
    workers: 3,
  });
  const { shared } = store;
  const reduction = { layout, symmetries: [], reduced: false };
  // If the segment list is full, the next worker that closes a segment traps.
  put(shared, "segments", shared.plan.maxSegments);
  put(shared, "levelEnd", 1);
  const { memory, banks, plan } = shared;
  const memories = { memory, banks };
  const pool = await startWorkers({
    code,
    memories,
    plan,
    limits,
    reduction,
    levelFiles: undefined,
  });
  await assert.rejects(
    searchOnThreads(pool, store, limits, () => {}),
    (error) => error instanceof SearchFailure && error.cause instanceof Error && error.cause.message === "unreachable",
  );
  await pool.end();
  assert.equal(get(shared, "abort"), 1);
});
