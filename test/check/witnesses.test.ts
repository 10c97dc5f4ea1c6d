import assert from "node:assert/strict";
import { test } from "node:test";
import type { Prepared } from "../../src/check/prepare.ts";
import { prepare } from "../../src/check/prepare.ts";
import { findWitnesses } from "../../src/check/witnesses.ts";
import type { SearchOptions } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { not } from "../../src/ir/expression.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { traceText } from "../../src/trace/write-trace.ts";
import { tries } from "../fixtures/nightly.ts";

const scenarios = [
  ["test/fixtures/specs/docs/free-and-reclaim.json", "v6.4"],
  ["test/fixtures/specs/docs/child-writes.json", "v5.14"],
  ["specs/fork-race.json", "v6.4"],
] as const;

const ways: Readonly<Record<string, (symmetries: Prepared["symmetries"]) => SearchOptions>> = {
  "one thread": () => ({ workers: 1 }),
  "several threads, with symmetry": (symmetries) => ({ workers: 3, soloStates: 50, symmetries }),
  "fingerprints, with symmetry": (symmetries) => ({ workers: 2, store: "fingerprint", symmetries }),
  "a bitstate filter": () => ({ workers: 1, store: "bitstate", memoryBytes: 2 ** 27 }),
};

test("a witness is as short as the plain search's shortest path, and the same for every way to search", async () => {
  for (const [file, kernel] of scenarios.slice(0, tries(2, 3))) {
    const { spec, target, prepared } = openSpec(file, kernel);
    const texts = new Set<string>();
    for (const [way, options] of Object.entries(ways)) {
      const found = await findWitnesses(target, prepared, prepared.conditions, options(prepared.symmetries), keeper);
      const traces = found.flatMap((witness) => witness.found?.trace ?? []);
      assert.equal(traces.length, prepared.conditions.length, `${spec.name}, ${way}`);
      texts.add(traces.map(traceText).join(""));
      if (texts.size > 1 || way !== "one thread") continue;
      for (const [position, { steps }] of traces.entries()) {
        assert.ok(steps.length > 0);
        assert.equal(plainLength(prepared, position, steps.length), steps.length, spec.name);
      }
    }
    assert.equal(texts.size, 1, spec.name);
  }
});

test("a search for a witness that a limit ends says which limit", async () => {
  const { target, prepared } = openSpec("specs/fork-race.json", "v6.4");
  const found = await findWitnesses(target, prepared, prepared.conditions, { workers: 1, maxDepth: 3 }, keeper);
  assert.deepEqual(
    found.map((witness) => [witness.found, witness.bound]),
    prepared.conditions.map(() => [undefined, "depth"]),
  );
});

const keeper = {
  search,
  version: "0.0.0",
  keepTrace: () => undefined,
};

function openSpec(file: string, kernel: "v5.14" | "v6.4") {
  const spec = loadSpec(file);
  const run = spec.kernels.find((one) => one.kernel === kernel);
  assert.ok(run !== undefined);
  const target = { spec, kernel, features: run, properties: spec.properties };
  return { spec, target, prepared: prepare({ buildModel }, spec, kernel, run) };
}

/** Of a path of at most `maxDepth` steps that violates nothing before it reaches the condition. */
function plainLength(
  { program, properties, conditions }: Prepared,
  position: number,
  maxDepth: number,
): number | undefined {
  const condition = conditions[position]?.property;
  const [check] = condition?.checks ?? [];
  assert.ok(condition !== undefined && check?.kind === "state");
  const denied = { ...condition, checks: [{ ...check, condition: not(check.condition) }] };
  const promised = properties.map(({ property }) => property);
  return referenceSearch(program, [...promised, denied], { maxDepth }).violations.get(condition.name);
}
