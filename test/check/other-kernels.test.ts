/** A property may name a step that only other kernels have. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { prepareCheck } from "../../src/check/prepare.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { buildModelInTurns } from "../../src/model/build-model.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";

const faultRace = readFileSync("specs/fault-race.json", "utf8");
const features = { with: [], without: [] };

/** The hints about a step property of fault-race on a kernel; none if the property compiles. */
async function hintsAbout(expr: string, kernel: KernelVersion): Promise<readonly (string | undefined)[]> {
  const raw = { ...JSON.parse(faultRace), properties: ["all", { name: "own", on: "step", expr }] };
  const spec = parseSpec(JSON.stringify(raw), "fault-race.json");
  try {
    await prepareCheck({ spec, kernel, features, properties: spec.properties }, { buildModel: buildModelInTurns });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map(({ hint }) => hint);
  }
}

const elsewhere = "v5.14 does not have it, but v6.4, v6.15, v7.1; --kernel v6.4 asks only there";

test("an error about a step that only other kernels have says which ones", async () => {
  const expr = 'step.label != "folio_try_get"';
  assert.deepEqual(await hintsAbout(expr, "v5.14"), [elsewhere]);
  assert.deepEqual(await hintsAbout(expr, "v6.4"), []);
});

test("an error about a mistyped step suggests a name of this kernel first, then one of another kernel", async () => {
  assert.deepEqual(await hintsAbout('step.procedure != "handle_pte_falt"', "v5.14"), [
    'did you mean "handle_pte_fault"?',
  ]);
  assert.deepEqual(await hintsAbout('step.label != "folio_put befor retry"', "v5.14"), [
    `did you mean "folio_put before retry"? ${elsewhere}`,
  ]);
});

test("an error about a name that no kernel has suggests nothing", async () => {
  assert.deepEqual(await hintsAbout('step.label != "qqqqqqqqqqqq"', "v5.14"), [undefined]);
});
