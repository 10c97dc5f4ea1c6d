import assert from "node:assert/strict";
import test from "node:test";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { preparedRuns, shippedSpecs } from "../fixtures/shipped-specs.ts";

for (const file of shippedSpecs) {
  test(`the generated search and the plain one agree on ${file}, and so does what the file expects`, async () => {
    for (const { run, program, properties } of preparedRuns(file)) {
      const plain = referenceSearch(program, properties);
      const found = await search(program, properties, { workers: 2 });
      const names = (position: number | "range-error") =>
        position === "range-error" ? position : properties[position]?.name;
      const reached = [...found.transitionsOf.keys()].filter((id) => found.transitionsOf[id] !== 0);
      assert.deepEqual(
        {
          states: found.states,
          transitions: found.transitions,
          depth: found.depth,
          complete: found.complete,
          violations: Object.fromEntries(
            found.violations.map(({ property, steps }) => [names(property), steps.length]),
          ),
          reached,
        },
        {
          states: plain.states,
          transitions: plain.transitions,
          depth: plain.depth,
          complete: true,
          violations: Object.fromEntries(plain.violations),
          reached: [...plain.reached].sort((a, b) => a - b),
        },
        `${file} on ${run.kernel}`,
      );
      const expected = run.expected?.verdict === "violates" ? run.expected.properties : [];
      assert.deepEqual([...plain.violations.keys()].sort(), [...expected].sort(), `${file} on ${run.kernel}`);
    }
  });
}
