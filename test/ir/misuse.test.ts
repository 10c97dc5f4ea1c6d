/** Mistakes in a program are named with the actor, the procedure and the step in which they stand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../../src/ir/build-program.ts";
import { eq, load } from "../../src/ir/expression.ts";
import { ModelError } from "../../src/ir/model-error.ts";
import { type Procedure, procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { bool, enumeration, int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const file = "test";
const shared = variable("shared", int(0, 3));
const flag = load(variable("undeclared", bool));
const note = variable("note", bool, { ghost: true });
const place = load(shared);

function build(main: (k: Recorder) => void): void {
  const events = [{ name: "seen", note: "", parameters: [{ name: "value", type: bool }] }];
  const actors = [recordActor("actor", procedure<undefined>("main", { file }, main))];
  buildProgram({ variables: [shared, note], events, actors });
}

const recursive: Procedure<object> = procedure<object>("recursive", { file }, (k) => k.call(recursive, {}));
const forgetful = procedure<object>("forgetful", { file, returns: bool }, (k) => {
  k.step("read", "", () => k.if(eq(place, 0), () => k.return(true)));
});
const assigns = procedure<{ readonly target: ReturnType<Recorder["register"]> }>(
  "assigns",
  { file },
  (k, { target }) => {
    k.step("set", "", () => k.set(target, 1));
  },
);

const mistakes: readonly [what: string, main: (k: Recorder) => void, message: RegExp][] = [
  ["an assignment of shared state between steps", (k) => k.set(place, 1), /actor actor, main: shared is shared/],
  ["shared state read between steps", (k) => k.if(eq(place, 0), () => {}), /main: if reads shared outside a step/],
  ["an await outside a step", (k) => k.await(true), /main: await stands outside any step/],
  ["a step in a step", (k) => k.step("a", "", () => k.step("b", "", () => {})), /step "a": step "b" stands inside/],
  [
    "a label that stands twice",
    (k) => {
      k.step("a", "", () => {});
      k.step("a", "", () => {});
    },
    /main: the label "a" stands twice/,
  ],
  ["a break outside a loop", (k) => k.break(), /main: break stands outside any loop/],
  ["a loop without a step", (k) => k.loop(() => {}), /main: control goes round without a step/],
  [
    "a call in a step",
    (k) => k.step("a", "", () => k.call(forgetful, {})),
    /step "a": forgetful is called inside a step/,
  ],
  ["a procedure that calls itself", (k) => k.call(recursive, {}), /recursive: recursive calls itself/],
  ["a value that is forgotten", (k) => k.call(forgetful, {}), /forgetful.*can end without returning a value/],
  [
    "another activation's register",
    (k) => {
      const own = k.register("own", int(0, 1));
      k.call(assigns, { target: own });
    },
    /assigns, step "set": main.own belongs to another activation/,
  ],
  ["a constant out of range", (k) => k.step("a", "", () => k.set(place, 4)), /step "a": shared takes 0\.\.3, not 4/],
  ["an unknown event", (k) => k.step("a", "", () => k.emit("sen", {})), /step "a": there is no event "sen"/],
  ["a missing argument", (k) => k.step("a", "", () => k.emit("seen", {})), /seen lacks its parameter "value"/],
  ["an unknown argument", (k) => k.step("a", "", () => k.emit("seen", { value: true, x: 1 })), /no parameter "x"/],
  ["an undeclared variable", (k) => k.step("a", "", () => k.await(flag)), /variable "undeclared" is not declared/],
  ["a ghost that decides", (k) => k.step("a", "", () => k.await(load(note))), /the ghost "note" decides what happens/],
  [
    "a ghost copied into the state",
    (k) => k.step("a", "", () => k.set(place, load(note))),
    /the ghost "note" decides what happens/,
  ],
  ["a number as a condition", (k) => k.step("a", "", () => k.await(place)), /step "a": await is not a condition/],
  [
    "an unknown literal",
    (k) => {
      const kind = k.register("kind", enumeration("Kind", ["one", "two"]));
      k.step("a", "", () => k.set(kind, "three"));
    },
    /Kind has no literal "three"/,
  ],
  [
    "a statement behind a jump",
    (k) =>
      k.step("a", "", () => {
        k.return();
        k.set(place, 1);
      }),
    /step "a": set stands after the step has ended/,
  ],
];

for (const [what, main, message] of mistakes) {
  test(`${what} is refused where it stands`, () => {
    assert.throws(
      () => build(main),
      (error) => error instanceof ModelError && message.test(error.message),
    );
  });
}

test("two variables or two actors of one name are refused", () => {
  const idle = procedure<undefined>("main", { file }, () => {});
  const actors = [recordActor("a", idle), recordActor("a", idle)];
  assert.throws(() => buildProgram({ variables: [], events: [], actors }), /the actor "a" is declared twice/);
  assert.throws(
    () => buildProgram({ variables: [shared, shared], events: [], actors: [] }),
    /the variable "shared" is declared twice/,
  );
});

test("a way that is never reached may end without a value", () => {
  const decided = procedure<object>("decided", { file, returns: bool }, (k) => {
    k.loop(() => k.step("step", "", () => k.return(true)));
  });
  build((k) => k.call(decided, {}));
});
