/** A search that answers for two kernels. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckHost, CheckRequest } from "../../src/check/check-request.ts";
import { runCheck } from "../../src/check/run-check.ts";
import { searchAnew, searchOnce } from "../../src/check/search-check.ts";
import { search } from "../../src/checker/search.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { standInModels } from "../fixtures/stand-in-models.ts";
import { twoLocksProperties } from "../fixtures/two-locks-model.ts";

/** Its texts speak of the kernel's state, which the stand-in lacks. */
const spec = { ...loadSpec("specs/fork-race.json"), sometimes: [] };

function request(kernel: KernelVersion, changes: Partial<CheckRequest> = {}): CheckRequest {
  return {
    ...{ spec, kernel, features: { with: [], without: [] }, properties: [] },
    ...{ expected: undefined, counts: {}, limits: { workers: 1 }, store: {}, symmetry: "reduce", findsAll: false },
    ...{ traces: 1, witnesses: false, checkpoint: {}, notes: [], reproduce: "", resumeCommand: () => "" },
    ...changes,
  };
}

/** The kernels of the requests that were searched. */
async function searched(...requests: readonly CheckRequest[]): Promise<readonly string[]> {
  const kernels: string[] = [];
  let kernel = "";
  const host: CheckHost = {
    ...{ version: "", signal: new AbortController().signal, onProgress: () => {}, keepTrace: () => undefined },
    buildModel: standInModels.buildModel,
    search(...question) {
      kernels.push(kernel);
      return search(...question);
    },
  };
  const once = searchOnce();
  for (const one of requests) {
    kernel = one.kernel;
    const { statistics, notes, ...shared } = await runCheck(one, host, once);
    const isShared = !kernels.includes(kernel);
    const { statistics: own, notes: _, ...anew } = await runCheck(one, { ...host, search }, searchAnew);
    assert.deepEqual(shared, anew);
    assert.deepEqual([statistics.states, statistics.depth], [own.states, own.depth]);
    assert.equal(notes.length, isShared ? 1 : 0);
  }
  return kernels;
}

// The stand-in asks for four features. These two rows answer alike, and v8 does not.
const [one, other, third] = ["v6.15", "v7.1", "v8"] as const;

test("a kernel whose model asks the same questions and gets the same answers is not searched again", async () => {
  assert.notDeepEqual([...featuresOf(one, request(one).features)], [...featuresOf(other, request(one).features)]);
  assert.deepEqual(await searched(request(one), request(other), request(third)), [one, third]);
});

test("a kernel is searched again if an answer, the scenario, a property or an option differs", async () => {
  const without = { with: [], without: ["fault-locks-page"] } as const;
  const differing: readonly Partial<CheckRequest>[] = [
    { features: without },
    { spec: { ...spec } },
    { properties: twoLocksProperties },
    { findsAll: true },
    { traces: 2 },
    { limits: { workers: 1, maxDepth: 50 } },
    { symmetry: "off" },
    { store: { store: "fingerprint" } },
  ];
  for (const changes of differing)
    assert.deepEqual(await searched(request(one), request(other, changes)), [one, other], String(Object.keys(changes)));
});

test("a search that a limit stopped answers for no other kernel", async () => {
  const limits = { workers: 1, maxDepth: 1 };
  assert.deepEqual(await searched(request(one, { limits }), request(other, { limits })), [one, other]);
});
