/** A mistake in a program is reported with the actor, the procedure and the step in which it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../../src/ir/build-program.ts";
import { constant, type Expr, eq, load } from "../../src/ir/expression.ts";
import { ModelError } from "../../src/ir/model-error.ts";
import { type Procedure, procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { bool, enumeration, int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const file = "test";
const shared = variable("shared", int(0, 3));
const flag = load(variable("undeclared", bool));
const note = variable("note", bool, { ghost: true });
const place = load(shared);

const pair = variable("pair", bool, { dimensions: [{ name: "i", labels: ["a", "b"] }] });

function build(main: (k: Recorder) => void): void {
  const events = [{ name: "seen", note: "", parameters: [{ name: "value", type: bool }] }];
  const actors = [recordActor("actor", procedure<undefined>("main", { file }, main))];
  buildProgram({ variables: [shared, pair, note], events, actors });
}

const foreign = (() => {
  let made = constant(0);
  recordActor(
    "other",
    procedure<undefined>("main", { file }, (k) => {
      made = k.register("own", bool);
    }),
  );
  return made;
})();

const recursive: Procedure<object> = procedure<object>("recursive", { file }, (k) => k.call(recursive, {}));
const forgetful = procedure<object>("forgetful", { file, returns: bool }, (k) => {
  k.step("read", "", () => k.if(eq(place, 0), () => k.return(true)));
});
const empty = procedure<object>("empty", { file, returns: bool }, () => {});
const silent = procedure<object>("silent", { file, returns: bool }, (k) => k.step("a", "", () => k.return()));
const leaks = procedure<object>("leaks", { file, returns: int(0, 3) }, (k) => k.return(place));
const continues = procedure<object>("continues", { file }, (k) => k.continue());
const takes = procedure<{ readonly value: Expr }>("takes", { file }, () => {});
const takesOne = procedure<Expr>("takesOne", { file }, () => {});
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
  ["shared state as a parameter", (k) => k.call(takes, { value: place }), /main: the call of takes reads shared/],
  ["shared state as the only parameter", (k) => k.call(takesOne, place), /main: the call of takesOne reads shared/],
  ["shared state read by an assignment", (k) => k.set(k.register("r", int(0, 3)), place), /main: set reads shared/],
  ["shared state returned between steps", (k) => k.call(leaks, {}), /leaks: return reads shared outside a step/],
  ["an await outside a step", (k) => k.await(true), /main: await stands outside any step/],
  ["an assert outside a step", (k) => k.assert(true, ""), /main: assert stands outside any step/],
  ["an event outside a step", (k) => k.emit("seen", { value: true }), /main: emit stands outside any step/],
  ["a choice outside a step", (k) => k.choose({ one: () => {} }), /main: choose stands outside any step/],
  ["a choice of nothing", (k) => k.step("a", "", () => k.choose({})), /step "a": choose has no alternative/],
  ["a loop in a step", (k) => k.step("a", "", () => k.loop(() => {})), /step "a": a loop stands inside a step/],
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
  ["a continue outside a loop", (k) => k.continue(), /main: continue stands outside any loop/],
  [
    "a continue for a loop of the caller",
    (k) => k.loop(() => k.call(continues, {})),
    /continues: continue stands outside any loop/,
  ],
  ["a loop without a step", (k) => k.loop(() => {}), /main: control loops without a step/],
  [
    "a loop with a way round that takes no step",
    (k) => k.loop(() => k.if(k.register("r", bool), () => k.step("a", "", () => {}))),
    /main: control loops without a step/,
  ],
  [
    "a branch behind a jump",
    (k) =>
      k.loop(() => {
        k.break();
        k.step("a", "", () => {});
      }),
    /main: nothing is reached after a jump/,
  ],
  [
    "a call in a step",
    (k) => k.step("a", "", () => k.call(forgetful, {})),
    /step "a": forgetful is called inside a step/,
  ],
  ["a procedure that calls itself", (k) => k.call(recursive, {}), /recursive: recursive calls itself/],
  ["a value where none is due", (k) => k.return(1), /main: no value can be returned/],
  ["no value where one is due", (k) => k.call(silent, {}), /silent, step "a": a value must be returned/],
  ["a value that is forgotten", (k) => k.call(forgetful, {}), /forgetful, step "read": the procedure can end without/],
  ["a value that is forgotten at once", (k) => k.call(empty, {}), /actor actor, empty: the procedure can end without/],
  ["a register that cannot hold 0", (k) => k.register("r", int(1, 2)), /main: the register r cannot hold 0/],
  ["another actor's register", (k) => k.if(foreign, () => {}), /main: main.own is a register of other/],
  [
    "another activation's register",
    (k) => {
      const own = k.register("own", int(0, 1));
      k.call(assigns, { target: own });
    },
    /assigns, step "set": main.own belongs to another activation/,
  ],
  ["a constant out of range", (k) => k.step("a", "", () => k.set(place, 4)), /step "a": shared takes 0\.\.3, not 4/],
  ["an element that is not there", (k) => k.step("a", "", () => k.set(load(pair, 2), true)), /there is no element 2/],
  ["an assignment to a value", (k) => k.step("a", "", () => k.set(eq(place, 0), true)), /only a variable's element/],
  ["an assignment to the past", (k) => k.step("a", "", () => k.set(load(shared, 0, true), 1)), /only a variable's/],
  ["the past in a step", (k) => k.step("a", "", () => k.set(place, load(shared, 0, true))), /only properties read/],
  [
    "an event's argument in a step",
    (k) => k.step("a", "", () => k.set(place, { op: "argument", type: int(0, 3), position: 0 })),
    /step "a": only properties read events and step names/,
  ],
  ["an unknown event", (k) => k.step("a", "", () => k.emit("sen", {})), /step "a": there is no event "sen"/],
  ["a missing argument", (k) => k.step("a", "", () => k.emit("seen", {})), /seen lacks its parameter "value"/],
  ["an unknown argument", (k) => k.step("a", "", () => k.emit("seen", { value: true, x: 1 })), /no parameter "x"/],
  [
    "a text as an argument",
    (k) => k.step("a", "", () => k.emit("seen", { value: "x" })),
    /step "a": value is a string/,
  ],
  [
    "an event that a step can emit twice",
    (k) =>
      k.step("a", "", () => {
        k.if(eq(place, 0), () => k.emit("seen", { value: true }));
        k.choose({ quietly: () => {}, loudly: () => k.emit("seen", { value: false }) });
      }),
    /actor actor, main, step "a": seen can be emitted twice/,
  ],
  ["an undeclared variable", (k) => k.step("a", "", () => k.await(flag)), /variable "undeclared" is not declared/],
  ["a ghost that decides", (k) => k.step("a", "", () => k.await(load(note))), /the ghost "note" decides what happens/],
  [
    "a ghost copied into the state",
    (k) => k.step("a", "", () => k.set(place, load(note))),
    /the ghost "note" decides what happens/,
  ],
  ["a number as a branch's condition", (k) => k.step("a", "", () => k.if(place, () => {})), /if is not a condition/],
  ["a number as an assertion", (k) => k.step("a", "", () => k.assert(2, "")), /step "a": assert is not a condition/],
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
    "a literal of no enumeration",
    (k) => k.step("a", "", () => k.set(place, "one")),
    /step "a": "one" stands beside a value/,
  ],
  ["a number with a fraction", (k) => k.step("a", "", () => k.set(place, 0.5)), /step "a": not an integer range/],
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
  test(`${what} is refused at its place in the source`, () => {
    assert.throws(
      () => build(main),
      (error) =>
        error instanceof ModelError && error.message.startsWith("actor actor, ") && message.test(error.message),
    );
  });
}

test("two variables, actors or events of one name are refused", () => {
  const idle = procedure<undefined>("main", { file }, () => {});
  const actors = [recordActor("a", idle), recordActor("a", idle)];
  assert.throws(() => buildProgram({ variables: [], events: [], actors }), /the actor "a" is declared twice/);
  assert.throws(
    () => buildProgram({ variables: [shared, shared], events: [], actors: [] }),
    /the variable "shared" is declared twice/,
  );
  const event = { name: "seen", note: "", parameters: [] };
  assert.throws(
    () => buildProgram({ variables: [], events: [event, event], actors: [] }),
    /the event "seen" is declared twice/,
  );
});

test("a path that is never reached may end without a value", () => {
  const decided = procedure<object>("decided", { file, returns: bool }, (k) => {
    k.loop(() => k.step("step", "", () => k.return(true)));
  });
  build((k) => k.call(decided, {}));
});

test("one event on two paths through a step, and two events on one path, are allowed", () => {
  const main = procedure<undefined>("main", { file }, (k) => {
    k.step("branch", "", () =>
      k.if(
        eq(place, 0),
        () => k.emit("seen", {}),
        () => k.emit("seen", {}),
      ),
    );
    k.step("leave", "", () => {
      k.if(eq(place, 0), () => {
        k.emit("seen", {});
        k.return();
      });
      k.emit("seen", {});
      k.emit("heard", {});
    });
  });
  const events = ["seen", "heard"].map((name) => ({ name, note: "", parameters: [] }));
  buildProgram({ variables: [shared], events, actors: [recordActor("a", main)] });
});

test("an initial state must fit its variables", () => {
  const start = (of: typeof pair, values: readonly number[]) => () =>
    buildProgram({ variables: [pair], events: [], actors: [], initial: new Map([[of, values]]) });
  assert.throws(start(shared, [1]), /the variable "shared" is not declared/);
  assert.throws(start(pair, [1]), /pair has 2 elements, not 1/);
  assert.throws(start(pair, [0, 2]), /pair cannot start as 2/);
  assert.deepEqual(
    start(pair, [0, 1])().slots.map(({ initial }) => initial),
    [0, 1],
  );
});
