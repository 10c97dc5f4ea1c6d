import assert from "node:assert/strict";
import { test } from "node:test";
import { type Base, breakOf, firstBreak, withoutLine } from "../../src/why/first-break.ts";
import type { Found, Judged, JudgeTask } from "../../src/why/judge.ts";
import { scenariosFor } from "../../src/why/library-runs.ts";
import type { Line } from "../../src/why/line.ts";

const line: Line = { procedure: "work", label: "lock", effect: "taking ptl" };

function found(violated: Readonly<Record<string, number>>, complete = true): { readonly kind: "found" } & Found {
  const findings = { violated, untested: [], reached: [], unreached: [], called: [], states: 10, complete };
  return { kind: "found", findings, missed: [], lines: [{ line, callees: [], reached: true }] };
}

function base(file: string, violated: Readonly<Record<string, number>> = {}): Base {
  return { ...found(violated), file, kernel: "v8" };
}

test("scenarios are tried in their order, and none after the first that breaks", async () => {
  const asked: JudgeTask[] = [];
  const judge = async (task: JudgeTask): Promise<Judged> => {
    asked.push(task);
    return found(task.file === "b" ? { "rss-matches": 7 } : {});
  };
  const searched: string[] = [];
  function* bases(): Iterable<Promise<Base>> {
    for (const file of ["a", "b", "c"]) {
      searched.push(file);
      yield Promise.resolve(base(file));
    }
  }
  const trial = { judge, changeOf: withoutLine(line), counts: () => true, ignored: [] };
  const { found: first, tried } = await firstBreak(bases(), trial);
  assert.deepEqual([first?.base.file, first?.appears, tried], ["b", [{ name: "rss-matches", steps: 7 }], 2]);
  assert.deepEqual(searched, ["a", "b"]);
  assert.deepEqual(asked[0]?.change, {
    with: [],
    without: [],
    edits: [{ kind: "drop-effect", step: { procedure: "work", label: "lock" }, effect: "taking ptl" }],
  });
  assert.equal(asked[0]?.stopAtFirst, true);
});

test("a scenario that does not come to the line is not tried", async () => {
  const judge = () => assert.fail("it was tried");
  const elsewhere = { ...base("a"), lines: [{ line, callees: [], reached: false }] };
  const trial = { judge, changeOf: withoutLine(line), counts: () => true, ignored: [] };
  assert.deepEqual(await firstBreak([elsewhere, undefined], trial), { found: undefined, tried: 0, unfinished: 0 });
});

test("a search that reaches its limit answers nothing, and a question that cannot be asked is not tried", async () => {
  const answers: Readonly<Record<string, Judged>> = {
    a: found({}),
    b: found({}, false),
    c: { kind: "no question" },
  };
  const judge = async ({ file }: JudgeTask): Promise<Judged> => answers[file] ?? assert.fail(file);
  const trial = { judge, changeOf: withoutLine(line), counts: () => true, ignored: [] };
  assert.deepEqual(await firstBreak([base("a"), base("b"), base("c")], trial), {
    found: undefined,
    tried: 2,
    unfinished: 1,
  });
});

test("only what differs counts, and only a complete search says that a violation is gone", () => {
  const before = base("a", { "no-deadlock": 4 });
  assert.equal(breakOf(before, found({ "no-deadlock": 2 })), undefined);
  assert.equal(breakOf(before, found({}, false)), undefined);
  assert.deepEqual(breakOf(before, found({}))?.vanishes, ["no-deadlock"]);
  assert.deepEqual(breakOf(before, { kind: "fails", how: "it fails" })?.appears, [
    { name: "it fails", steps: undefined },
  ]);
  assert.equal(breakOf(before, { kind: "no question" }), undefined);
});

test("of the package's scenarios, the one that was broken before is tried first, however large, then the smallest that come to the procedure", () => {
  const runs = ["one", "two", "three", "large"].map((scenario, position) => {
    return { scenario, kernel: "v8" as const, states: 10 ** (position + 1) };
  });
  const facts = {
    runs: [...runs, { scenario: "other", kernel: "v6.4" as const, states: 10 }],
    reaches: { work: [0, 2, 3, 4] },
    lines: { "work: lock - without taking ptl": { scenario: "three", kernel: "v6.4" as const, breaks: [] } },
  };
  assert.deepEqual(scenariosFor(line, "v8", 5000, facts), ["three", "one"]);
  assert.deepEqual(scenariosFor(line, "v8", 50, facts), ["three", "one"]);
  assert.deepEqual(scenariosFor({ ...line, label: "unlock" }, "v8", 5000, facts), ["one", "three"]);
  assert.deepEqual(scenariosFor({ ...line, procedure: "rest" }, "v8", 5000, facts), []);
});
