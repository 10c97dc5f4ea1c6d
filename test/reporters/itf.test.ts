import assert from "node:assert/strict";
import { test } from "node:test";
import { ofItf } from "@informalsystems/quint/dist/src/itf.js";
import fc from "fast-check";
import { itfText } from "../../src/reporters/itf.ts";
import type { Trace } from "../../src/trace/format.ts";
import { hostileTrace } from "../fixtures/hostile-text.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

type QuintTrace = Parameters<typeof ofItf>[0];
type QuintExpression = ReturnType<typeof ofItf>[number];

const trace = sampleTrace(twoLocksSubject(), "counts");

/** Quint's own reader. */
function read(text: string): readonly QuintExpression[] {
  return ofItf(JSON.parse(text) as QuintTrace);
}

/** A Quint expression as a plain value; a map as a list of pairs. */
function plain(expression: QuintExpression): unknown {
  switch (expression.kind) {
    case "bool":
    case "int":
    case "str":
      return expression.value;
    case "app": {
      const values = expression.args.map(plain);
      if (expression.opcode !== "Rec") return values;
      return Object.fromEntries(values.flatMap((name, at) => (at % 2 === 0 ? [[name, values[at + 1]]] : [])));
    }
    default:
      throw new Error(`${expression.kind} is no value`);
  }
}

test("Quint reads a state for the start and for each step, with arrays as maps and values of their own types", () => {
  const states = read(itfText(trace)).map(plain) as readonly Readonly<Record<string, unknown>>[];

  assert.equal(states.length, trace.steps.length + 1);
  assert.deepEqual(states[0]?.counter, 0n);
  assert.deepEqual(states.at(-1)?.counter, 2n);
  assert.deepEqual(states[0]?.lock, [
    ["a", false],
    ["b", false],
  ]);
  assert.deepEqual(states[0]?.["one.pc"], "add_one: begin");
});

test("every state sets every variable, and says which step led to it", () => {
  const document = JSON.parse(itfText(trace)) as {
    readonly vars: readonly string[];
    readonly states: readonly (Readonly<Record<string, unknown>> & {
      readonly "#meta": Readonly<Record<string, unknown>>;
    })[];
  };

  for (const [index, state] of document.states.entries()) {
    assert.deepEqual(Object.keys(state).sort(), ["#meta", ...document.vars].sort());
    assert.equal(state["#meta"].index, index);
    assert.equal(state["#meta"].label, trace.steps[index - 1]?.label);
  }
});

test("an element with more than one index is the value at a tuple, and any other name stays whole", () => {
  const initial = { "pte[parent][buf[0]]": "none", "pte[parent][buf[1]]": "present pfn=P0", "odd]name[": "1" };
  const steps = trace.steps.slice(0, 1).map((step) => ({ ...step, changes: [] }));
  const [state] = read(itfText({ ...trace, initial, steps })).map(plain) as readonly unknown[];

  assert.deepEqual(state, {
    pte: [
      [["parent", "buf[0]"], "none"],
      [["parent", "buf[1]"], "present pfn=P0"],
    ],
    "odd]name[": 1n,
  });
});

test("with any text Quint reads all states", () => {
  fc.assert(
    fc.property(hostileTrace(trace), (hostile: Trace) => {
      assert.equal(read(itfText(hostile)).length, hostile.steps.length + 1);
    }),
  );
});
