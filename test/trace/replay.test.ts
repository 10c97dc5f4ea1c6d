import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildTrace } from "../../src/trace/build-trace.ts";
import { type Trace, traceVersion } from "../../src/trace/format.ts";
import { parseTrace } from "../../src/trace/parse-trace.ts";
import { replay } from "../../src/trace/replay.ts";
import { traceText } from "../../src/trace/write-trace.ts";
import { sampleOrigin, sampleTrace } from "../fixtures/sample-trace.ts";
import { shortestViolation } from "../fixtures/shortest-violation.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const subject = twoLocksSubject();
const trace = sampleTrace(subject, "counts-up");

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function edited(edit: (copy: { steps: Json[]; [key: string]: Json }) => void): Trace {
  const copy = JSON.parse(traceText(trace)) as { steps: Json[] };
  edit(copy);
  return copy as unknown as Trace;
}

/** The paths of every value that is not a container, and of every container's elements that could be left out. */
function leaves(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inside]) => leaves(inside, [...path, key]));
}

function change(root: Json, path: readonly string[], to: (value: Json) => Json): void {
  const [key, ...rest] = path;
  if (key === undefined || typeof root !== "object" || root === null) throw new Error("no such place");
  const container = root as { [key: string]: Json };
  const inside = container[key] ?? null;
  if (rest.length === 0) container[key] = to(inside);
  else change(inside, rest, to);
}

function mutated(value: Json, seed: number): Json {
  if (typeof value === "number") return value + 1 + (seed % 5);
  if (typeof value === "boolean") return !value;
  if (value === null) return "0";
  return seed % 3 === 0 ? `${value}?` : seed % 3 === 1 ? `x${value}` : "one" === value ? "two" : "one";
}

test("a trace with any one value of its steps changed is never reproduced, and diverges at that step", () => {
  const places = leaves(edited(() => {}).steps as unknown as Json);
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.nat(), (path, seed) => {
      const other = edited(({ steps }) => change(steps, path, (value) => mutated(value, seed)));
      const result = replay(other, subject);
      assert.equal(result.reproduced, false);
      if (!result.reproduced) assert.equal(result.step, Number(path[0]) + 1);
    }),
    { numRuns: 500 },
  );
});

test("a trace with a value of its initial state or its violation changed is not reproduced", () => {
  for (const part of ["initial", "violation"] as const) {
    for (const path of leaves(JSON.parse(JSON.stringify(trace[part])) as Json)) {
      const other = edited((copy) => change(copy, [part, ...path], (value) => mutated(value, 0)));
      const result = replay(other, subject);
      assert.equal(result.reproduced, false, path.join("."));
      if (!result.reproduced) assert.equal(result.step, part === "initial" ? 0 : trace.steps.length);
    }
  }
});

test("a step left out, doubled or swapped with the next is found", () => {
  for (let at = 0; at < trace.steps.length; at++) {
    const without = edited(({ steps }) => steps.splice(at, 1));
    const doubled = edited(({ steps }) => steps.splice(at, 0, steps[at] ?? null));
    assert.equal(replay(without, subject).reproduced, false);
    assert.equal(replay(doubled, subject).reproduced, false);
    if (at + 1 < trace.steps.length) {
      const swapped = edited(({ steps }) => {
        [steps[at], steps[at + 1]] = [steps[at + 1] ?? null, steps[at] ?? null];
      });
      assert.equal(replay(swapped, subject).reproduced, false);
    }
  }
});

test("a divergence says what differs, and which steps could be taken instead", () => {
  const [first] = trace.steps;
  const other = first?.actor === "one" ? "two" : "one";
  const result = replay(
    edited(({ steps }) => change(steps, ["0", "choice", "number"], () => 7)),
    subject,
  );

  assert.deepEqual(result, {
    reproduced: false,
    step: 1,
    what: "whether the step is enabled",
    expected: "enabled, choice 7",
    actual: "not enabled",
    enabled: ["one", "two"].flatMap((actor) =>
      ["quickly", "slowly"].map((alternative, number) => ({
        actor,
        procedure: "add_one",
        label: "begin",
        choice: { number, alternatives: [alternative] },
      })),
    ),
  });
  const renamed = replay(
    edited(({ steps }) => change(steps, ["0", "changes", "0", "variable"], () => `${other}.pc`)),
    subject,
  );
  assert.equal(!renamed.reproduced && renamed.what, "changes[0].variable");
});

test("a trace that marks a step that matters as one that does not is not reproduced", () => {
  const store = trace.steps.findIndex(({ label }) => label === "store");
  const result = replay(
    edited(({ steps }) => change(steps, [`${store}`, "matters"], () => false)),
    subject,
  );
  assert.deepEqual([trace.steps[store]?.matters, !result.reproduced && result.what], [true, "matters"]);
});

test("a trace of a property that is not checked is not reproduced", () => {
  const result = replay({ ...trace, property: "no-such-property" }, subject);
  assert.deepEqual([result.reproduced, !result.reproduced && result.what], [false, "property"]);
});

test("a file that is not a trace is rejected, with line and column", () => {
  const rejected = (text: string): string => {
    try {
      parseTrace(text, "x.trace.json");
    } catch (error) {
      assert.equal((error as Error).name, "UserError");
      return (error as Error).message;
    }
    return assert.fail("the text was taken for a trace");
  };

  assert.match(rejected("{\n  nonsense"), /^x\.trace\.json:2:3: error: /);
  assert.match(rejected("[]"), /:1:1: error: this is not a trace/);
  assert.match(rejected('{ "format": "other" }'), /:1:13: error: this is not a trace/);
  const newer = traceText(trace).replace(`"version": ${traceVersion}`, '"version": 99');
  assert.match(rejected(newer), /:3:14: error: version 99 of the trace format is not known/);
  const wrong = traceText(trace).replace(`"kernel": "v8"`, '"kernel": 8');
  assert.match(rejected(wrong), /:10:13: error: kernel must be string/);
  const without = traceText(trace).replace('"kernel": "v8",', "");
  assert.match(rejected(without), /:1:1: error: the trace has no key "kernel"; expected one/);
  const extra = traceText(trace).replace(`"kernel": "v8"`, '"kernel": "v8", "extra": 1');
  assert.match(rejected(extra), /:10:19: error: the trace has an unknown key "extra"/);
  assert.deepEqual(parseTrace(traceText(trace), "x.trace.json"), trace);
});

test("a path is reproduced as one without a violation only if nothing is violated at its end", () => {
  const found = shortestViolation(subject, "counts");
  assert.ok(found);
  const path = buildTrace(subject, { property: "none", steps: found.steps.slice(0, -1) }, sampleOrigin);

  assert.deepEqual(path.violation, { kind: "none", message: "no property is violated" });
  assert.deepEqual(replay(path, subject), { reproduced: true, steps: path.steps.length });
  assert.throws(() => buildTrace(subject, { ...found, property: "none" }, sampleOrigin), /does not replay/);
  const further = { ...sampleTrace(subject, "counts"), property: "none", sentence: path.sentence };
  const result = replay({ ...further, violation: path.violation }, subject);
  assert.ok(!result.reproduced);
  assert.deepEqual([result.step, result.what, result.actual], [further.steps.length, "violation.kind", "state"]);
});
