import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesOf } from "../../../kernel-lab/conform/compare.ts";
import { drawPrograms } from "../../../kernel-lab/conform/draw.ts";
import { countFields, fieldsAgree, fieldsOf } from "../../../kernel-lab/conform/fields.ts";
import { type ModelObservation, observer } from "../../../kernel-lab/conform/observe-state.ts";
import type { RestState } from "../../../kernel-lab/conform/rest-states.ts";
import type { LabProgram } from "../../../kernel-lab/lab-program.ts";
import { modelOf, programOf, setupNamed } from "./lab.ts";

/** The states after each step, if the first outcome is always taken. */
function statesOf({ steps }: LabProgram): readonly RestState[] {
  const model = modelOf("anonymous");
  const states = [model.states.start];
  for (const step of steps) {
    const [first] = model.outcomes(states.at(-1) ?? model.states.start, step);
    if (first !== undefined) states.push(first.state);
  }
  return states;
}

test("observations agree exactly if a list of their fields shows no difference", () => {
  const model = modelOf("anonymous");
  const observe = observer(model.machine, model.states);
  const states = drawPrograms(setupNamed("anonymous"), { seed: 3, count: 4, length: 8 }).flatMap(statesOf);
  const observed = [...new Set(states)].map(observe);
  const done = { kind: "done" } as const;
  const differ = (one: ModelObservation, other: ModelObservation) =>
    differencesOf(
      { state: model.states.start, ending: done, complaints: [] },
      { ending: done, complaints: [], processes: {}, pages: {}, devices: {} },
      fieldsOf(other),
      fieldsOf(one),
    ).length > 0;
  const pairs = observed.flatMap((one) => observed.map((other) => [one, other] as const));
  for (const [one, other] of pairs) assert.equal(fieldsAgree(one, other), !differ(one, other));
  assert.ok(pairs.some(([one, other]) => fieldsAgree(one, other)));
  assert.ok(pairs.some(([one, other]) => !fieldsAgree(one, other)));
  for (const one of observed) assert.equal(countFields(one), fieldsOf(one).size);
});

test("states that differ only in the numbers of their pages are one state", () => {
  const end = (...lines: readonly string[]) => statesOf(programOf("anonymous", ...lines)).at(-1);
  const upwards = end("main store buf[0]", "main store buf[1]");
  // The last store is the same, because the TLB keeps one entry.
  const downwards = end("main store buf[1]", "main store buf[0]", "main store buf[1]");
  assert.equal(upwards, downwards);
  assert.notEqual(upwards, end("main store buf[0]", "main load buf[1]"));
});
