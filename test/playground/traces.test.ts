/** Traces that the page opens, converts, and leaves by hand. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { check } from "../../src/playground/engine/check.ts";
import { createExplore } from "../../src/playground/engine/explore.ts";
import { askedBy } from "../../src/playground/engine/question-of-trace.ts";
import { convert, openTrace } from "../../src/playground/engine/traces.ts";
import type { Exploration, ExplorationPath, OpenedTrace, Question, TraceFile } from "../../src/playground/protocol.ts";
import { viewerPage } from "../../src/reporters/html.ts";
import { isBroken } from "../../src/trace/format.ts";
import { commandLine } from "../fixtures/command-line.ts";
import { folder, host, questionOf, scenario } from "./same-question.ts";

async function tracesOf(file: string, changes: Partial<Question>): Promise<readonly TraceFile[]> {
  const answer = await check(questionOf(scenario(file), changes), host, new AbortController().signal, () => {});
  assert.ok(answer.ok);
  return answer.value.results.flatMap(({ traces, witnesses }) => [...traces, ...witnesses]);
}

async function opened(name: string, text: string): Promise<OpenedTrace> {
  const answer = await openTrace(name, text, host);
  assert.ok(answer.ok);
  return answer.value;
}

const explore = createExplore(host);

async function explored(path: ExplorationPath): Promise<Exploration> {
  const answer = await explore(path);
  assert.ok(answer.ok, answer.ok ? "" : answer.diagnostics[0]?.rendered);
  return answer.value;
}

const edit = "move remove_device_exclusive_entry: folio_put before unlock_page";
const [race = [], edited = [], witnesses = []] = await Promise.all([
  tracesOf("specs/fault-race.json", { kernels: ["v8"], without: ["zap-flushes-tlb"] }),
  tracesOf("specs/fault-race.json", { kernels: ["v6.4"], edits: [edit] }),
  tracesOf("specs/exit-and-fork.json", { kernels: ["v6.15"], options: { witness: true } }),
]);
const all = [...race, ...edited, ...witnesses];

test("an opened trace is replayed as `replay` does it", async () => {
  assert.ok(all.length > 3);
  for (const { name, text } of all) {
    const { trace, replayed } = await opened(name, text);
    assert.equal(trace.text, text);
    const file = join(folder, name);
    writeFileSync(file, text);
    assert.equal(replayed, (await commandLine("replay", file, "--quiet")).stdout);
    assert.match(replayed, /^reproduced: /);
  }
});

test("a trace that was changed is shown, and what does not fit is said as `replay` says it", async () => {
  const [{ name, text } = { name: "", text: "" }] = race;
  const wrong = [text.replace('"matters": true', '"matters": false'), text.replace('"kernel": "v8"', '"kernel": "v9"')];
  for (const other of wrong) {
    assert.notEqual(other, text);
    const { trace, replayed, path } = await opened(name, other);
    assert.equal(trace.text, other);
    assert.equal(path, undefined);
    writeFileSync(name.replace(/^/, `${folder}/`), other);
    const { stdout, stderr } = await commandLine("replay", `${folder}/${name}`, "--quiet");
    assert.equal(replayed, `${stdout}${stderr}`.replaceAll(`${folder}/`, ""));
  }
});

test("a text that is no trace is refused with the message of `replay`, and its place", async () => {
  const [{ text } = { text: "" }] = race;
  for (const [other, marks] of [
    ['{ "format" "x" }', '"x"'],
    ['{ "format": "other" }', '"other"'],
    [text.replace('"version": 1', '"version": 99'), "99"],
    [text.replace('"n": 1,', '"n": "one",'), '"one"'],
  ] as const) {
    const file = join(folder, "other.trace.json");
    const answer = await openTrace(file, other, host);
    assert.ok(!answer.ok);
    writeFileSync(file, other);
    const { stderr } = await commandLine("replay", file);
    assert.equal(`${answer.diagnostics.map(({ rendered }) => rendered).join("\n")}\n`, stderr);
    const [{ range } = { range: undefined }] = answer.diagnostics;
    assert.ok(other.slice(range?.from, range?.to).includes(marks), other.slice(range?.from, range?.to));
  }
});

test("a trace in another format is what `convert` writes", async () => {
  const [trace] = race;
  assert.ok(trace !== undefined);
  const file = join(folder, trace.name);
  writeFileSync(file, trace.text);
  for (const to of ["mail", "markdown", "mermaid", "html"] as const)
    assert.equal(convert(trace, to, viewerPage()), (await commandLine("convert", "--to", to, file)).stdout, to);
});

test("the path of an opened trace, taken by hand, is the same trace byte for byte", async () => {
  for (const { name, text } of all) {
    const { path } = await opened(name, text);
    assert.ok(path !== undefined, name);
    const { trace } = await explored(path);
    assert.equal(trace.text, text, name);
  }
});

test("a trace tells the question that it answers, with the command that asks it", () => {
  const [{ trace } = assert.fail("no trace")] = edited;
  const asked = askedBy(trace, host);
  assert.deepEqual([asked?.question.edits, asked?.question.kernels], [[edit], ["v6.4"]]);
  assert.equal(asked?.command, `exclusive-check specs/fault-race.json --kernel v6.4 --edit '${edit}'`);
  assert.equal(askedBy({ ...trace, kernel: "v9" }, host), undefined);
  assert.equal(askedBy({ ...trace, spec: { ...trace.spec, content: "{" } }, host), undefined);
});

test("the question of a trace does not repeat what the scenario's file changes", async () => {
  const question = questionOf(scenario("specs/fork-race.json"), { without: ["zap-flushes-tlb"] });
  const { trace } = await explored({ question, kernel: "v6.4", steps: [0], property: undefined });
  assert.deepEqual(trace.trace.features.without, ["zap-expects-anonymous-vma", "zap-flushes-tlb"]);
  assert.deepEqual(askedBy(trace.trace, host)?.question.without, ["zap-flushes-tlb"]);
});

test("an exploration that leaves a trace says at each step what can be taken, and its trace replays", async () => {
  const [{ name, text, trace } = assert.fail("no trace")] = race;
  const { path } = await opened(name, text);
  assert.ok(path !== undefined);
  const { steps } = path;
  for (const length of [0, 3, steps.length - 1]) {
    const { next, trace: soFar } = await explored({ ...path, steps: steps.slice(0, length) });
    assert.deepEqual(
      soFar.trace.steps.map(({ state }) => state),
      trace.steps.slice(0, length).map(({ state }) => state),
    );
    const recorded = trace.steps[length];
    const same = next.find(({ number }) => number === steps[length]);
    assert.deepEqual([same?.actor, same?.label], [recorded?.actor, recorded?.label]);
    for (const { number, actor, label, violates } of next) {
      const one = await explored({ ...path, steps: [...steps.slice(0, length), number], property: undefined });
      const last = one.trace.trace.steps.at(-1);
      assert.deepEqual([last?.actor, last?.label], [actor, label]);
      assert.equal(isBroken(one.trace.trace) ? one.trace.trace.property : undefined, violates);
      assert.match((await opened(one.trace.name, one.trace.text)).replayed, /^reproduced: /);
    }
  }
  const { next } = await explored({ ...path, steps: steps.slice(0, -1) });
  assert.ok(next.some(({ violates }) => violates === trace.property));
});

test("a step that cannot be taken is an error of the user", async () => {
  const question = questionOf(scenario("specs/fault-race.json"));
  const answer = await explore({ question, kernel: "v8", steps: [0, 99], property: undefined });
  assert.ok(!answer.ok);
  assert.match(answer.diagnostics[0]?.rendered ?? "", /^error: step 2 of the path cannot be taken\n {2}hint: /);
});

test("a trace that is not reproduced says so in what is shown of it and in every conversion", async () => {
  const [{ name, text } = { name: "", text: "" }] = race;
  const forged = text.replace(/"sentence": "[^"]*"/, '"sentence": "Verified by the kernel."');
  const { trace } = await opened(name, forged);
  assert.equal(trace.text, forged);
  assert.match(trace.doubt ?? "", /^not reproduced: before the first step the trace differs in sentence$/);
  assert.match(trace.trace.sentence, /^Not reproduced: .*\. The file says: Verified by the kernel\.$/);
  const viewer = await viewerPage();
  for (const form of ["mail", "markdown", "mermaid", "html"] as const)
    assert.match(convert(trace, form, viewer), /Not reproduced/);
  for (const form of ["mail", "markdown"] as const) assert.match(convert(trace, form, ""), /^Not reproduced/);
  assert.equal((await opened(name, text)).trace.doubt, undefined);
});
