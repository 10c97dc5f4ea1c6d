import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckRequest } from "../../src/check/check-request.ts";
import { runCheck } from "../../src/check/run-check.ts";
import { search } from "../../src/checker/search.ts";
import { buildModelInTurns } from "../../src/model/build-model.ts";
import { hasTrace } from "../../src/reporters/report.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import type { Trace } from "../../src/trace/format.ts";
import { traceText } from "../../src/trace/write-trace.ts";
import { isNightly } from "../fixtures/nightly.ts";

const spec = loadSpec("specs/fork-race.json");

async function checked(changes: Partial<CheckRequest>) {
  const run = spec.kernels.find(({ kernel }) => kernel === "v8");
  assert.ok(run !== undefined);
  const request: CheckRequest = {
    spec,
    kernel: "v8",
    features: run,
    properties: spec.properties,
    expected: undefined,
    counts: {},
    limits: { workers: 1 },
    store: {},
    symmetry: "reduce",
    findsAll: true,
    traces: 3,
    witnesses: false,
    checkpoint: {},
    notes: [],
    reproduce: "",
    resumeCommand: () => "",
    ...changes,
  };
  const files: [Trace, number | undefined][] = [];
  const result = await runCheck(request, {
    version: "0.0.0",
    search,
    buildModel: buildModelInTurns,
    signal: new AbortController().signal,
    onProgress: () => {},
    keepTrace: (trace, number) => `${files.push([trace, number])}`,
  });
  return { result, files };
}

function neededSteps({ steps }: Trace) {
  return steps.filter(({ matters }) => matters).map(({ actor, procedure, label }) => `${actor} ${procedure} ${label}`);
}

test("different counterexamples are as short as the first, differ in the steps that matter, and depend on no option of the search", async () => {
  const { result, files } = await checked({});
  assert.ok(result.alternatives.length > 0);
  for (const { trace } of result.violations.filter(hasTrace)) {
    const all = [
      trace,
      ...result.alternatives.filter(hasTrace).flatMap((one) => (one.property === trace.property ? one.trace : [])),
    ];
    assert.ok(all.length <= 3);
    assert.ok(all.every(({ steps }) => steps.length === trace.steps.length));
    assert.equal(new Set(all.map((one) => JSON.stringify(neededSteps(one)))).size, all.length);
    const numbers = files.filter(([{ property }]) => property === trace.property).map(([, number = 1]) => number);
    assert.deepEqual(
      numbers,
      all.map((_, position) => position + 1),
    );
  }
  const texts = (of: typeof result) =>
    [...of.violations, ...of.alternatives].filter(hasTrace).map(({ trace }) => traceText(trace));
  const first = texts(result);
  const options = [{ symmetry: "off" }, { limits: { workers: 3 } }, { store: { store: "fingerprint" } }] as const;
  for (const changes of isNightly ? options : [Object.assign({}, ...options) as Partial<CheckRequest>])
    assert.deepEqual(texts((await checked(changes)).result), first, JSON.stringify(changes));
  const { result: one } = await checked({ traces: 1 });
  assert.deepEqual(one.alternatives, []);
  assert.deepEqual(texts(one), texts({ ...result, alternatives: [] }));
});
