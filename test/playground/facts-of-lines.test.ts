import assert from "node:assert/strict";
import { test } from "node:test";
import { mostStates as mostPacked, packedFacts } from "../../scripts/library/packed-facts.mjs";
import { specFiles } from "../../scripts/library/runs.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import { factsOfLines, scenarioNames } from "../../src/playground/engine/facts-of-lines.ts";
import { scenariosFor } from "../../src/why/library-runs.ts";
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { mostStates } from "../../src/why/why.ts";

const facts = readLibraryFacts();
const names = scenarioNames(specFiles);
const packed = factsOfLines(JSON.parse(JSON.stringify(packedFacts(facts, names))), names);

test("the packed facts name, for each procedure and kernel, at least the small scenarios that come to it, in order", () => {
  const limit = mostStates.procedure;
  assert.equal(mostPacked, limit);
  for (const procedure of Object.keys(facts.reaches))
    for (const kernel of kernelVersions) {
      const line = { procedure, label: "any", effect: "any" };
      const wanted = scenariosFor(line, kernel, limit, facts);
      const found = scenariosFor(line, kernel, limit, packed);
      assert.deepEqual(
        found.filter((scenario) => wanted.includes(scenario)),
        wanted,
        `${procedure} on ${kernel}`,
      );
    }
});

test("the packed facts keep what is known to need a lock, a reference or a flush, and are less than half as large", () => {
  const shipped = Object.entries(facts.lines).filter(
    ([line, { scenario }]) => names.includes(scenario) && !line.includes(" - without setting "),
  );
  assert.deepEqual(packed.lines, Object.fromEntries(shipped));
  const size = (value: unknown) => JSON.stringify(value).length;
  const { runs, reaches } = facts;
  const { lines: _, ...others } = packedFacts(facts, names);
  assert.ok(2 * size(others) < size({ runs, reaches }), `${size(others)} of ${size({ runs, reaches })}`);
});
