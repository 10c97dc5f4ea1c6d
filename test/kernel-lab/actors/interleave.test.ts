import assert from "node:assert/strict";
import { test } from "node:test";
import { endsComparer, nameOfUnreached } from "../../../kernel-lab/actors/compare-ends.ts";
import { bothEnds, reportText } from "../../../kernel-lab/actors/ends-report.ts";
import { explainEnd } from "../../../kernel-lab/actors/explained-ends.ts";
import { type Interleave, interleave } from "../../../kernel-lab/actors/interleave.ts";
import { modelEnds } from "../../../kernel-lab/actors/model-ends.ts";
import { required } from "../../../src/ir/lookup.ts";
import { type FeatureName, featuresOf } from "../../../src/model/features/catalogue.ts";
import { modelAsKernel, modelOf, mostStates, observedEnd, programOf, setupNamed } from "./lab.ts";

function campaign(without: readonly FeatureName[], setup: string, programs: number): Interleave {
  return {
    setups: [setupNamed(setup)],
    features: featuresOf("v6.4", { with: [], without: ["driver-gives-up"] }),
    kernel: modelAsKernel(without),
    explain: () => undefined,
    seed: 1,
    programs,
    actors: 2,
    repetitions: 10,
    mostStates: 700,
    onProgress: () => {},
    onFound: () => {},
  };
}

test("a kernel that is the model shows all ends and no other", async () => {
  const tally = await interleave(campaign([], "anonymous", 3));
  assert.equal(tally.found.size, 0);
  for (const { comparison } of tally.covered) assert.equal(comparison.seen.size, comparison.reachable.length);
  assert.match(reportText(tally), /Every observed end is one that the model reaches\./);
});

test("a kernel that differs from the model is found, and the program is made small", async () => {
  const tally = await interleave(campaign(["zap-updates-rss"], "anonymous", 6));
  const [found] = tally.found.values();
  assert.ok(found !== undefined);
  assert.ok(found.program.prefix.length + found.program.together.length <= 4);
  assert.match(bothEnds("title", found, "Linux"), /\| field \| Linux \| model \|/);
  assert.match(reportText(tally), /Ends that the model does not reach/);
});

test("an end is seen if all that is compared agrees, and one wrong value makes it unreached", () => {
  const model = modelOf("anonymous");
  const program = programOf("anonymous", ["main: store buf[0]"], ["main: fork child", "engine: atomic buf[0]"]);
  const { ends } = required(modelEnds(model, program, mostStates), "ends");
  const compare = endsComparer(model);
  const right = observedEnd(model, required(ends[0], "an end"));
  const { reachable, seen, unreached } = compare(program, ends, [right]);
  assert.ok(seen.size >= 1 && seen.size < reachable.length);
  assert.deepEqual(unreached, []);

  const [endings = []] = right.endings;
  const wrong = { ...right, endings: [[{ kind: "error", errno: "ENOMEM" } as const], ...right.endings.slice(1)] };
  assert.equal(endings.length, 1);
  const [found] = compare(program, ends, [wrong]).unreached;
  assert.equal(found && nameOfUnreached(program, found), "atomic, fork: ending ENOMEM, not done");
});

test("the test driver's ENOENT after it made a page exclusive is the end of an atomic that is done", () => {
  const model = modelOf("anonymous");
  const program = programOf("anonymous", ["main: store buf[0]"], ["main: load buf[0]", "engine: atomic buf[0]"]);
  const { ends } = required(modelEnds(model, program, mostStates), "ends");
  const done = required(
    ends.find(({ endings }) => endings[1]?.[0]?.kind === "done"),
    "an end",
  );
  const observed = observedEnd(model, done);
  const late = { ...observed, endings: [[{ kind: "done" } as const], [{ kind: "error", errno: "ENOENT" } as const]] };
  assert.deepEqual(endsComparer(model)(program, ends, [late]).unreached, []);
});

test("a page that MADV_FREE did not mark is explained if another actor may hold it back, and else it is not", () => {
  const model = modelOf("anonymous");
  const program = programOf("anonymous", [], ["main: madvise_free buf[0]", "engine: atomic buf[0]"]);
  const { ends } = required(modelEnds(model, program, mostStates), "ends");
  const unmarked = ends
    .map((end) => observedEnd(model, end))
    .filter(({ observation }) => observation.pages[1]?.swapBacked === false && observation.pages[1].dirty === false)
    .map((end) => {
      const page = required(end.observation.pages[1], "the page");
      return { ...end, observation: { ...end.observation, pages: { 1: { ...page, swapBacked: true } } } };
    });
  assert.ok(unmarked.length > 0);
  const explained = endsComparer(model, explainEnd)(program, ends, unmarked);
  assert.deepEqual([explained.unreached, explained.seen.size], [[], 0]);
  assert.equal(explained.explained.length, unmarked.length);
  assert.equal(endsComparer(model)(program, ends, unmarked).unreached.length, unmarked.length);
});
