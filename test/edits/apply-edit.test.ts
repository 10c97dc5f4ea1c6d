import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { editActor } from "../../src/edits/apply-edit.ts";
import type { Edit } from "../../src/edits/edit.ts";
import { EditError, type EditedModel } from "../../src/edits/edit-work.ts";
import { parseEdit } from "../../src/edits/parse-edit.ts";
import { add, eq, load, subtract } from "../../src/ir/expression.ts";
import { stepsOf } from "../../src/ir/recorded-steps.ts";
import { procedure, type RecordedActor, recordActor, type StepNode } from "../../src/ir/recorder.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const file = "test";
const lock = variable("page_lock", int(0, 2));
const refcount = variable("refcount", int(0, 3));
const counter = variable("counter", int(0, 3));

const helper = procedure<undefined>("helper", { file }, (k) => {
  k.step("help", "", () => k.set(load(counter), 1));
});

const work = procedure<undefined>("work", { file }, (k) => {
  const seen = k.register("seen", int(0, 3));
  k.step("lock", "", () => {
    k.await(eq(load(lock), 0));
    k.set(load(lock), 1);
  });
  k.step("look", "", () => k.set(seen, load(counter)));
  k.call(helper, undefined);
  k.step("count", "", () => {
    k.set(load(counter), add(seen, 1));
    k.set(load(refcount), add(load(refcount), 1));
  });
  k.loop(() => {
    k.step("try", "", () => {
      k.if(eq(load(counter), 0), () => k.break());
    });
  });
  k.step("put", "", () => k.set(load(refcount), subtract(load(refcount), 1)));
  k.step("unlock", "", () => k.set(load(lock), 0));
});

const other = procedure<undefined>("other", { file }, (k) => {
  k.step("lock", "", () => k.await(eq(load(lock), 0)));
});

function record(): RecordedActor {
  return recordActor(
    "actor",
    procedure<undefined>("main", { file }, (k) => {
      k.call(work, undefined);
      k.call(other, undefined);
      k.call(work, undefined);
    }),
  );
}

const model: EditedModel = { has: (feature) => feature === "anon-exclusive", record: () => undefined };

function edited(...texts: readonly string[]): ReturnType<typeof editActor> {
  const edits = texts.map((text): Edit => {
    const { edit, problem } = parseEdit(text);
    assert.ok(edit !== undefined, problem?.message);
    return edit;
  });
  return editActor(record(), edits, model);
}

/** The labels of the first call of `work`, with how many statements each step has. */
function outline({ actor }: ReturnType<typeof editActor>, of = "work"): string {
  const steps = stepsOf(actor).filter(({ stack }) => stack.at(1)?.procedure === of);
  const own = steps.slice(0, of === "work" ? steps.length / 2 : steps.length);
  return own.map(({ label, body }) => `${label} ${body.length}`).join(", ");
}

/** Everything that the steps of an actor say. */
function digest(actor: RecordedActor): string {
  const shapes = stepsOf(actor).map(({ label, note, operation, body }: StepNode) => ({ label, note, operation, body }));
  const seen = new Map<unknown, number>();
  return JSON.stringify(shapes, (key, value: unknown) => {
    if (key !== "loop" && key !== "call" && key !== "variable") return value;
    if (!seen.has(value)) seen.set(value, seen.size);
    return `${key} ${seen.get(value)}`;
  });
}

const whole = "lock 2, look 1, help 1, count 2, try 1, put 1, unlock 1";

test("an edit changes every call of its procedure, and counts the places", () => {
  const dropped = edited("drop work: put");
  assert.deepEqual(dropped.done, [{ places: 2, lacking: undefined }]);
  assert.equal(outline(dropped), "lock 2, look 1, help 1, count 2, try 1, unlock 1");
  assert.equal(outline(dropped, "other"), "lock 1");
});

test("a step moves, changes its place with another, and is kept only with a feature", () => {
  assert.equal(
    outline(edited("move work: unlock before put")),
    "lock 2, look 1, help 1, count 2, try 1, unlock 1, put 1",
  );
  assert.equal(outline(edited("swap work: put with unlock")), outline(edited("move work: put after unlock")));
  assert.equal(outline(edited("keep work: put only with anon-exclusive")), whole);
  assert.equal(
    outline(edited("keep work: put only without anon-exclusive")),
    "lock 2, look 1, help 1, count 2, try 1, unlock 1",
  );
});

test("an effect, and the call of another procedure, can be dropped", () => {
  assert.equal(
    outline(edited("drop taking a reference from work: count")),
    "lock 2, look 1, help 1, count 1, try 1, put 1, unlock 1",
  );
  assert.equal(outline(edited("drop call helper from work")), "lock 2, look 1, count 2, try 1, put 1, unlock 1");
});

test("a step is split before an effect, even if the effect is in a branch", () => {
  assert.equal(
    outline(edited("split work: count before taking a reference")),
    "lock 2, look 1, help 1, count (1) 1, count (2) 1, try 1, put 1, unlock 1",
  );
});

test("an edit that matches nothing changes nothing and counts no place", () => {
  const { actor, done } = edited("drop work: no such step", "drop elsewhere: put", "move work: put before nowhere");
  assert.deepEqual(
    done.map(({ places }) => places),
    [0, 0, 0],
  );
  assert.equal(digest(actor), digest(record()));
});

test("steps for each address have one name in every scenario, and all of them are changed", () => {
  const each = procedure<undefined>("each", { file }, (k) => {
    for (const address of ["buf[0]", "buf[1]"]) k.step(`clear ${address}`, "", () => k.set(load(counter), 0));
    k.step("end", "", () => {});
  });
  const labelsAfter = (text: string): string => {
    const { edit } = parseEdit(text);
    assert.ok(edit !== undefined);
    const actor = recordActor("actor", each);
    const rename = (name: string) => name.replace(/buf\[\d\]/, "VMA[i]");
    return stepsOf(editActor(actor, [edit], model, rename).actor)
      .map((step) => step.label)
      .join(", ");
  };
  assert.equal(labelsAfter("drop each: clear VMA[i]"), "end");
  assert.equal(labelsAfter("drop each: clear buf[1]"), "clear buf[0], end");
  assert.equal(labelsAfter("move each: clear VMA[i] after end"), "end, clear buf[1], clear buf[0]");
});

test("a step cannot move past a step that sets a register that it reads, or out of the loop in which it jumps", () => {
  const refuse = (text: string, message: RegExp) => assert.throws(() => edited(text), { name: "EditError", message });
  refuse("move work: count before look", /"count" cannot pass the step "look": both use work\.seen/);
  refuse("move work: look after count", /"look" cannot pass the step "count": both use work\.seen/);
  refuse("swap work: look with count", /both use work\.seen/);
  refuse("move work: try before put", /leaves a loop or starts it again/);
  const [{ places, lacking } = assert.fail()] = edited("drop taking page_lock from work: put").done;
  assert.equal(places, 0);
  assert.match(lacking?.message ?? "", /no effect "taking page_lock"; it has dropping a reference/);
  refuse("insert get_page before work: put", /needs a page/);
});

const labels = ["lock", "look", "count", "try", "put", "unlock"];
const label = fc.constantFrom(...labels);

test("an edit and its inverse give the same program again, for any steps", () => {
  const before = digest(record());
  fc.assert(
    fc.property(label, label, fc.boolean(), (step, to, first) => {
      fc.pre(step !== to);
      // Back to its place: after the step before it, or before the step after it.
      const position = labels.indexOf(step);
      const neighbour = first ? labels[position - 1] : labels[position + 1];
      fc.pre(neighbour !== undefined && neighbour !== to && step !== "try" && neighbour !== "try");
      const texts = [
        `move work: ${step} ${first ? "after" : "before"} ${to}`,
        `move work: ${step} ${first ? "after" : "before"} ${neighbour}`,
      ];
      const swaps = [`swap work: ${step} with ${to}`, `swap work: ${to} with ${step}`];
      for (const both of [texts, swaps]) {
        try {
          const { actor } = edited(...both);
          if (both === swaps || (neighbour !== "look" && step !== "count" && step !== "look"))
            assert.equal(digest(actor), before, both.join("; "));
        } catch (error) {
          if (!(error instanceof EditError)) throw error;
        }
      }
    }),
  );
});
