/** How each format shows a run that never ends: a path to a loop, and the loop once. */
import assert from "node:assert/strict";
import test from "node:test";
import { Chalk } from "chalk";
import { search } from "../../src/checker/search.ts";
import type { Property } from "../../src/ir/property.ts";
import { renderInterleaving } from "../../src/reporters/interleaving.ts";
import { itfText } from "../../src/reporters/itf.ts";
import { resultJson } from "../../src/reporters/json.ts";
import { markdownText } from "../../src/reporters/markdown-trace.ts";
import { mermaidText } from "../../src/reporters/mermaid.ts";
import { codeFlowOf } from "../../src/reporters/sarif-code-flow.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import type { Trace } from "../../src/trace/format.ts";
import { replay } from "../../src/trace/replay.ts";
import type { Subject } from "../../src/trace/violation.ts";
import { retryModel } from "../fixtures/retry-model.ts";
import { sampleResult, violatedBy } from "../fixtures/sample-result.ts";
import { sampleOrigin } from "../fixtures/sample-trace.ts";

const property: Property = { name: "ends-alone", sentence: "It ends.", checks: [{ kind: "ends-alone" }] };
const program = retryModel();
const subject: Subject = { program, properties: [{ property, explain: [undefined] }] };
const trace = await lasso();

async function lasso(): Promise<Trace> {
  const { violations } = await search(program, [property], { workers: 1 });
  const [found] = violations;
  assert.ok(found !== undefined);
  return buildTrace(subject, { property: property.name, steps: found.steps, loop: found.loop }, sampleOrigin);
}

test("the trace says which steps repeat, and replays", () => {
  assert.equal(trace.steps.length, 3);
  assert.deepEqual(
    [trace.violation.kind, trace.violation.repeats, trace.violation.message],
    ["loop", 3, "one goes round for ever alone; from here the run can repeat step 3 for ever"],
  );
  assert.deepEqual(replay(trace, subject), { reproduced: true, steps: 3 });
});

test("the JSON report says which step is the first of the loop, only if there is one", () => {
  const other: Trace = { ...trace, violation: { kind: "state", message: "" } };
  const { violations } = resultJson(sampleResult(violatedBy(trace, other))) as { violations: object[] };
  const path = "out/sample-ends-alone.trace.json";
  assert.deepEqual(violations, [
    { property: "ends-alone", length: 3, repeats: 3, trace: path },
    { property: "ends-alone", length: 3, trace: path },
  ]);
});

test("replay notices a loop that does not close, and one that begins elsewhere", () => {
  const open: Trace = { ...trace, steps: trace.steps.slice(0, -1) };
  assert.equal(replay(open, subject).reproduced, false);
  const elsewhere: Trace = { ...trace, violation: { ...trace.violation, repeats: 2 } };
  assert.equal(replay(elsewhere, subject).reproduced, false);
});

test("the steps in text have a line before the loop and one after it", () => {
  const lines = renderInterleaving(trace, { colors: new Chalk({ level: 0 }), full: true });
  const begins = lines.indexOf("  ===== for ever:");
  const third = lines.findIndex((line) => /^[ *]+3 /.test(line));
  assert.ok(begins > 0 && begins < third);
  assert.ok(lines.indexOf("  ===== repeats from step 3") > third);
});

test("the ITF trace goes on with the state after the loop's first step", () => {
  const { loop, states } = JSON.parse(itfText(trace));
  const values = (index: number) => ({ ...states[index], "#meta": undefined });
  assert.equal(loop, 3);
  assert.deepEqual(values(states.length - 1), values(loop - 1));
});

test("Mermaid, Markdown and SARIF mark the loop", () => {
  assert.match(mermaidText(trace), /\n {4}loop for ever\n {4}Note over a0: 3 .*\n {4}end\n/);
  assert.match(markdownText(trace), /for ever:.*\n\| 3 \|/);
  const scenario = { file: "a.json", locate: () => ({ line: 1, column: 1 }) };
  assert.deepEqual((codeFlowOf(trace, scenario) as { properties: object }).properties, { loopBegins: 3 });
});
