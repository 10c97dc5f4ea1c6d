/** Random scenarios and properties: searches with and without symmetry and the plain search have the same results. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Question } from "../../scripts/library/runs.ts";
import { type Run, runsOf, titleOf } from "../../scripts/library/runs.ts";
import { seeded } from "../../scripts/library/seeded.ts";
import { type Bounds, type Trial, tryScenario, tryWithTexts } from "../../scripts/soundness/try-scenario.ts";
import type { Way } from "../../scripts/soundness/ways.ts";
import { search } from "../../src/checker/search.ts";
import type { RawSpec } from "../../src/spec/raw-spec.ts";
import { tries } from "../fixtures/nightly.ts";

const bounds: Bounds = { states: 4_000, plainStates: 500 };

/**
 * One thread, because threads take long to start in a process that loads TypeScript. `npm run soundness` uses several.
 */
function searchAlone({ program, properties, symmetries }: Question, { symmetric, ...options }: Way["options"]) {
  const alone = { ...options, workers: 1, soloStates: Number.MAX_VALUE };
  return search(program, properties, symmetric === true ? { ...alone, symmetries } : alone);
}

const kinds = ["all", "symmetric", "leftOut", "violated"] as const;

function comparedIn(trials: readonly Trial[]): Readonly<Record<(typeof kinds)[number], number>> {
  const compared = trials.filter(({ end }) => end === "compared");
  const count = (of: (trial: Trial) => number): number => compared.filter((trial) => of(trial) > 0).length;
  return {
    all: compared.length,
    symmetric: count(({ symmetries }) => symmetries),
    leftOut: count(({ leftOut }) => leftOut),
    violated: count(({ violated }) => violated),
  };
}

/** So many scenarios of each kind are compared. What a number draws changes with the operations that there are. */
const wanted = {
  all: tries(3, 15),
  symmetric: tries(1, 7),
  leftOut: 1,
  violated: tries(1, 4),
};

test("on random scenarios all kinds of search agree", async () => {
  const trials: Trial[] = [];
  const isEnough = () => {
    const compared = comparedIn(trials);
    return kinds.every((kind) => compared[kind] >= wanted[kind]);
  };
  for (let seed = 1; seed <= tries(60, 150) && !isEnough(); seed++)
    trials.push(await tryScenario(seed, searchAlone, bounds));
  assert.ok(isEnough(), JSON.stringify(comparedIn(trials)));
});

test("with random properties on shipped scenarios all kinds of search agree", async () => {
  const files = ["fault-race", "migrate-and-zap", "pin-and-exclusive", "reclaim-keeps-then-migrate", "two-devices"];
  const runs = runsOf(files.map((name) => `specs/${name}.json`)).filter(({ position }) => position < tries(1, 2));
  const trials: Trial[] = [];
  for (const [number, run] of runs.entries()) {
    const trial = await tryWithTexts(ofOneKernel(run), seeded(100 + number), searchAlone, bounds);
    assert.notEqual(trial.end, "refused", titleOf(run));
    trials.push(trial);
  }
  const { all, symmetric } = comparedIn(trials);
  assert.ok(all >= tries(3, 5) && symmetric >= tries(1, 2), JSON.stringify(comparedIn(trials)));
});

/** The scenario under one kernel, without properties and expectations. */
function ofOneKernel({ spec, run }: Run): RawSpec {
  const { name, system, initially = [], actors } = JSON.parse(spec.text) as RawSpec;
  const changes = { with: run.with, without: run.without };
  return { name, system, initially, actors, ...changes, kernels: { [run.kernel]: "unknown" } };
}
