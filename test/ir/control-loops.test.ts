/** Which locations are in a loop of control flow that a run can repeat. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../../src/ir/build-program.ts";
import { controlLoops } from "../../src/ir/control-loops.ts";
import { add, load, lt, subtract } from "../../src/ir/expression.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { bool, int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const x = variable("x", int(0, 3));
const y = variable("y", int(0, 3));

/** The labels of all locations in loops: first those of heads. */
function inLoops(...mains: readonly ((k: Recorder) => void)[]): readonly (readonly string[])[] {
  const actors = mains.map((main, number) =>
    recordActor(`actor ${number}`, procedure<undefined>("main", { file: "test" }, main)),
  );
  const program = buildProgram({ variables: [x, y], events: [], actors });
  const { loopOf, isHead } = controlLoops(program);
  const labels = (isIn: (id: number) => boolean) =>
    program.locations.filter(({ id }) => isIn(id)).map(({ label }) => label);
  return [labels((id) => isHead[id] === 1), labels((id) => loopOf[id] !== 0)];
}

const lower = (k: Recorder) => k.step("lower", "", () => k.set(load(x), subtract(load(x), 1)));
const raise = (k: Recorder) => k.step("raise", "", () => k.set(load(x), add(load(x), 1)));
const look = (k: Recorder) => k.step("look", "", () => {});

test("steps around which nothing counts are a loop, and its first step is the head", () => {
  assert.deepEqual(
    inLoops((k) =>
      k.loop(() => {
        look(k);
        k.step("wait", "", () => k.await(lt(load(x), 2)));
      }),
    ),
    [["look"], ["look", "wait"]],
  );
});

test("a loop that lowers a number each time round is none", () => {
  const counting = (k: Recorder) =>
    k.loop(() => {
      look(k);
      lower(k);
    });
  assert.deepEqual(inLoops(counting), [[], []]);
});

test("a loop inside one that counts stays a loop, without the other steps", () => {
  const nested = (k: Recorder) => {
    const low = k.register("low", bool);
    k.loop(() => {
      lower(k);
      k.loop(() => {
        k.step("look", "", () => k.set(low, lt(load(y), 2)));
        k.if(low, () => k.break());
      });
    });
  };
  assert.deepEqual(inLoops(nested), [["look"], ["look"]]);
});

test("a loop that lowers the number on one path and raises it on another stays a loop", () => {
  const both = (k: Recorder) => {
    const low = k.register("low", bool);
    k.loop(() => {
      k.step("lower", "", () => {
        k.set(load(x), subtract(load(x), 1));
        k.set(low, lt(load(y), 2));
      });
      k.if(low, () => raise(k));
    });
  };
  assert.deepEqual(inLoops(both), [["lower"], ["lower", "raise"]]);
});

test("a number that another actor writes too does not count", () => {
  const [lowering, raising] = [(k: Recorder) => k.loop(() => lower(k)), (k: Recorder) => k.loop(() => raise(k))];
  assert.deepEqual(inLoops(lowering, raising)[1], ["lower", "raise"]);
});

test("a step that lowers the number or leaves it stays in the loop", () => {
  const sometimes = (k: Recorder) =>
    k.loop(() =>
      k.step("maybe lower", "", () => {
        k.if(lt(load(y), 2), () => k.set(load(x), subtract(load(x), 1)));
      }),
    );
  assert.deepEqual(inLoops(sometimes)[1], ["maybe lower"]);
});
