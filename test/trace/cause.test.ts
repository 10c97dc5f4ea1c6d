/** Why a trace ends as it does: what steps saw, what actors in a deadlock wait for, what the violation depends on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { State } from "../../src/ir/evaluate.ts";
import { slotIndex } from "../../src/ir/indices.ts";
import { initialState } from "../../src/ir/interpreter.ts";
import { firstSlot } from "../../src/ir/program.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { reasonsOf } from "../../src/trace/cause-text.ts";
import { decisiveValues } from "../../src/trace/decisive.ts";
import { replay } from "../../src/trace/replay.ts";
import { faultRace } from "../fixtures/fault-race.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

test("a step that only looks says what it saw, without values that would only have made it wait", () => {
  const { steps } = sampleTrace(twoLocksSubject(), "counts");
  assert.deepEqual(
    steps.filter(({ sees }) => sees.length > 0).map(({ n, label, sees }) => ({ n, label, sees })),
    [
      { n: 4, label: "load", sees: [{ variable: "counter", value: "0" }] },
      { n: 10, label: "load", sees: [{ variable: "counter", value: "1" }] },
    ],
  );
});

test("an actor in a deadlock waits for the values that would let it go on by themselves", () => {
  const { violation } = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");
  assert.deepEqual(
    violation.blocked?.map(({ actor, waits }) => ({ actor, waits })),
    [
      { actor: "one", waits: [{ variable: "lock[b]", value: "true" }] },
      { actor: "two", waits: [{ variable: "lock[a]", value: "true" }] },
    ],
  );
});

test("a violation depends on values that the last step found, and the steps that set them are named", () => {
  const trace = sampleTrace(twoLocksSubject(), "counts-up");
  assert.deepEqual(trace.violation.because, [{ variable: "counter", value: "1" }]);
  assert.deepEqual(reasonsOf(trace), ["counter is 1 [5]"]);
});

test("both halves of the race in fault-race are named: the page was read without a reference, and then it was freed", () => {
  const { trace } = faultRace();
  assert.deepEqual(reasonsOf(trace), [
    "faulter took P0 from the entry, without a reference [3]",
    "the page that faulter took was freed [9]",
  ]);
  assert.deepEqual(
    trace.steps.find(({ label }) => label === "read orig_pte")?.sees.map(({ variable }) => variable),
    ["pte[parent][buf[0]]"],
  );
});

test("a trace with other values for what was seen, waited for or depended on is not reproduced", () => {
  const deadlock = twoLocksSubject({ reversed: true });
  const { violation, ...rest } = sampleTrace(deadlock, "no-deadlock");
  const [one, ...others] = violation.blocked ?? [];
  assert.ok(one !== undefined);
  const wrong = [{ variable: "lock[a]", value: "true" }];
  const edited = { ...rest, violation: { ...violation, blocked: [{ ...one, waits: wrong }, ...others] } };
  assert.equal(replay(edited, deadlock).reproduced, false);

  const counting = twoLocksSubject();
  const trace = sampleTrace(counting, "counts-up");
  assert.equal(replay({ ...trace, violation: { ...trace.violation, because: [] } }, counting).reproduced, false);
  const steps = trace.steps.map((step) => ({ ...step, sees: [] }));
  assert.equal(replay({ ...trace, steps }, counting).reproduced, false);
});

test("a value decides exactly if another value in its place, all else being equal, changes the answer", () => {
  const { program } = twoLocksSubject();
  const shared = program.variables.filter(({ actor, name }) => actor === undefined && !name.endsWith(".pc"));
  const slots = shared.flatMap((variable) =>
    Array.from({ length: variable.size }, (_, element) => firstSlot(program, variable) + element),
  );
  const state = initialState(program);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: slots.length, maxLength: slots.length }),
      (weights) => {
        const asked = (other: State) =>
          slots.reduce((sum, slot, i) => sum + (weights[i] ?? 0) * (other[slot] ?? 0), 0) > 2;
        const named = decisiveValues(program, state, program.variables, asked).map(({ variable }) => variable);
        const decide = slots.filter((slot) => {
          const { max } = program.slots[slot] ?? { max: 0 };
          return Array.from({ length: max + 1 }, (_, value) => state.with(slot, value)).some(asked);
        });
        assert.deepEqual(
          named,
          decide.map((slot) => program.slots[slot]?.name),
        );
      },
    ),
  );
});

test("in a range that is too large to try every value, the ends and each bit are tried", () => {
  const word = variable("word", int(0, 1000), { initial: 5 });
  const program = { ...twoLocksSubject().program, variables: [word], slotOf: new Map([[word, slotIndex(0)]]) };
  const slots = [{ name: "word", min: 0, max: 1000, initial: 5 }];
  const decides = (asked: (value: number) => boolean): boolean =>
    decisiveValues({ ...program, slots, actors: [] }, Int32Array.of(5), [word], (state) => asked(state[0] ?? 0))
      .length > 0;
  for (const value of [0, 4, 7, 5 + 512, 1000])
    assert.ok(
      decides((other) => other === value),
      String(value),
    );
  assert.ok(!decides((other) => other < 0 || other > 1000 || other === 5));
});
