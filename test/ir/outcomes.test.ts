import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../../src/ir/build-program.ts";
import { eq, load, not } from "../../src/ir/expression.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { bool, int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const lock = variable("lock", int(0, 1));

function program(body: (k: Recorder) => void) {
  const main = procedure<undefined>("main", { file: "lib/test.c" }, (k) => {
    k.step("first", "does something", () => body(k));
    k.step("last", "does the rest", () => k.set(load(lock), 0));
  });
  return buildProgram({ variables: [lock], events: [], actors: [recordActor("one", main)] });
}

function saidBy(built: ReturnType<typeof program>): readonly string[] {
  const [first] = built.locations;
  assert.ok(first);
  const said: string[] = [];
  executeStep(built, initialState(built), first.id, 0, {
    chose: () => {},
    said: (words) => said.push(words.map((word) => (typeof word === "string" ? word : word.value)).join(" ")),
  });
  return said;
}

test("a step says what is true where it says it, and only on the way that it goes", () => {
  const built = program((k) => {
    k.outcome("finds", load(lock));
    k.if(
      eq(load(lock), 0),
      () => {
        k.set(load(lock), 1);
        k.outcome("takes it:", load(lock));
      },
      () => k.outcome("gives up"),
    );
  });
  assert.deepEqual(saidBy(built), ["finds 0", "takes it: 1"]);
});

test("what a step does is the same program with and without its words", () => {
  const act = (k: Recorder) => k.if(eq(load(lock), 0), () => k.set(load(lock), 1));
  const silent = program(act);
  const talking = program((k) => {
    k.if(
      eq(load(lock), 0),
      () => k.outcome("is free"),
      () => k.if(not(eq(load(lock), 0)), () => k.outcome("is taken")),
    );
    act(k);
  });
  assert.deepEqual(
    talking.locations.map(({ body }) => body),
    silent.locations.map(({ body }) => body),
  );
  assert.deepEqual(saidBy(silent), []);
  assert.deepEqual(saidBy(talking), ["is free"]);
});

test("an outcome that reads a register which holds nothing there is not said", () => {
  const built = program((k) => k.outcome("finds", k.register("idle", bool)));
  assert.deepEqual(saidBy(built), []);
});
