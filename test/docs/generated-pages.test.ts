/** The generated pages still say what the model says. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { recordModel } from "../../scripts/fidelity/collect.ts";
import { fidelityPage, recordedPart } from "../../scripts/fidelity/page.ts";
import { unreachedReasons } from "../../scripts/fidelity/unreached-reasons.ts";
import { featureReasons } from "../../scripts/mutants/reasons.ts";
import { features } from "../../src/model/features/catalogue.ts";
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { lineReasons } from "../../src/why/reasons.ts";

const { procedures, names } = recordModel();

test("docs/fidelity.md has every step as the model records it; if not: npm run fidelity -- --words", () => {
  const shown = recordedPart(readFileSync("docs/fidelity.md", "utf8"));
  assert.ok(shown.split("\n").length > 500);
  assert.deepEqual(shown.split("\n"), recordedPart(fidelityPage(procedures)).split("\n"));
});

/** The procedure or the step from which something is removed. */
function placeOf(mutant: string): string {
  return mutant.split(" - without ")[0] ?? "";
}

test("docs/mutants.md names only features, steps and scenarios that exist; if not: npm run mutants", () => {
  const [, featureRows = "", mutantRows = ""] = readFileSync("docs/mutants.md", "utf8").split(/^## .*$/m);
  const named = [...featureRows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(named.sort(), features.map(({ name }) => name).sort());

  const mutants = [...mutantRows.matchAll(/^(?:- `|\| )(.+? - without .+?)(?:`:| \|)/gm)].map(([, name = ""]) => name);
  assert.ok(mutants.length > 300);
  assert.deepEqual(
    mutants.filter((mutant) => !names.has(placeOf(mutant))),
    [],
  );

  const scenarios = [...`${featureRows}${mutantRows}`.matchAll(/\| ([\w-]+) on v[\d.]+/g)].map(([, name]) => name);
  assert.ok(scenarios.length > 300);
  assert.deepEqual(
    scenarios.filter((name) => !existsSync(`specs/${name}.json`)),
    [],
  );
});

test("docs/mutants.json names only steps, scenarios and procedures that exist; if not: npm run mutants -- WORD", () => {
  const { runs, reaches, lines } = readLibraryFacts();
  assert.ok(runs.length > 300 && Object.keys(lines).length > 300);
  const places = [...Object.keys(lines).map(placeOf), ...Object.keys(reaches)];
  assert.deepEqual(
    places.filter((place) => !names.has(place)),
    [],
  );
  const scenarios = [...runs, ...Object.values(lines)].map(({ scenario }) => scenario);
  assert.deepEqual(
    scenarios.filter((name) => !existsSync(`specs/${name}.json`)),
    [],
  );
  const sizes = runs.map(({ states }) => states);
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => a - b),
  );
  assert.ok(Object.values(reaches).every((positions) => positions.every((position) => runs[position] !== undefined)));
});

test("reasons are given only for features and steps that exist", () => {
  const known = new Set<string>(features.map(({ name }) => name));
  const unknown = [
    ...Object.keys(featureReasons).filter((name) => !known.has(name)),
    ...Object.keys(lineReasons).filter((mutant) => !names.has(placeOf(mutant))),
    ...Object.keys(unreachedReasons).filter((step) => !names.has(step)),
  ];
  assert.deepEqual(unknown, []);
});
