import assert from "node:assert/strict";
import { test } from "node:test";
import { type Explorer, openTrace } from "../../src/explorer/explorer.ts";
import { optionsAt, pointAt, violationsHere } from "../../src/explorer/path.ts";
import { type Command, type Effect, update } from "../../src/explorer/update.ts";
import { noProperty, type Trace } from "../../src/trace/format.ts";
import { parseTrace } from "../../src/trace/parse-trace.ts";
import { replay } from "../../src/trace/replay.ts";
import { traceText } from "../../src/trace/write-trace.ts";
import { faultRace, opened } from "../fixtures/fault-race.ts";
import { sampleOrigin, sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const race = faultRace();
const start = opened(race);
const last = race.trace.steps.length;

function after(explorer: Explorer, ...commands: readonly Command[]): Explorer {
  return commands.reduce((before, command) => update(before, command).explorer, explorer);
}

function effectOf(explorer: Explorer, command: Command): Effect | undefined {
  return update(explorer, command).effect;
}

function type(text: string): Command {
  return { kind: "type", text };
}

function written(explorer: Explorer): Trace {
  const effect = effectOf(after(explorer, { kind: "ask", purpose: "file" }), { kind: "accept" });
  assert.equal(effect?.kind, "write");
  return (effect as Extract<Effect, { kind: "write" }>).trace;
}

function optionsOf({ subject, path, position }: Explorer) {
  return optionsAt(subject, pointAt(path, position));
}

/** Chooses the first step of an actor and takes it. */
function takes(explorer: Explorer, actor: string): Explorer {
  const number = optionsOf(explorer).findIndex((option) => option.actor === actor) + 1;
  assert.notEqual(number, 0, `${actor} can take no step`);
  return after(explorer, { kind: "choose", number }, { kind: "take" });
}

test("moves by one step, by ten, to the start and to the end stay on the path", () => {
  const positions = [
    after(start, { kind: "move", by: 1 }),
    after(start, { kind: "move", by: 1 }, { kind: "move", by: 1 }, { kind: "move", by: -1 }),
    after(start, { kind: "move", by: -1 }),
    after(start, { kind: "move", by: 10 }),
    after(start, { kind: "last" }),
    after(start, { kind: "last" }, { kind: "first" }),
  ].map(({ position }) => position);

  assert.deepEqual(positions, [1, 1, 0, last, last, 0]);
  assert.match(after(start, { kind: "last" }, { kind: "move", by: 1 }).message?.text ?? "", /the path ends here/);
});

test("one can go to a step by its number, and a wrong number is reported", () => {
  const asked = after(start, { kind: "ask", purpose: "step" });
  const there = after(asked, type("4"), { kind: "accept" });
  const beyond = after(asked, type("44"), { kind: "accept" });

  assert.deepEqual([there.position, there.mode.kind], [4, "path"]);
  assert.deepEqual([beyond.position, beyond.mode.kind], [0, "prompt"]);
  assert.equal(beyond.message?.text, `expected the number of a step, 0 to ${last}`);
  assert.equal(after(beyond, { kind: "close" }).mode.kind, "path");
});

test("the changes of a variable are found one after the other, and so are those of its elements", () => {
  for (const name of ["refcount[P0]", "refcount", "mmap_lock.readers"]) {
    const expected = race.trace.steps
      .filter(({ changes }) => changes.some(({ variable }) => variable === name || variable.startsWith(`${name}[`)))
      .map(({ n }) => n);
    const found: number[] = [];
    let explorer = after(start, { kind: "ask", purpose: "variable" }, type(name), { kind: "accept" });
    for (let position = 0; explorer.position !== position; explorer = after(explorer, { kind: "look", direction: 1 })) {
      position = explorer.position;
      found.push(position);
    }
    assert.deepEqual(found, expected);
    assert.equal(explorer.message?.text, `${name} does not change after this`);
    const back = after(explorer, ...expected.slice(1).map((): Command => ({ kind: "look", direction: -1 })));
    assert.equal(back.position, expected[0]);
    const before = after(back, { kind: "look", direction: -1 });
    assert.equal(before.message?.text, `${name} does not change before this`);
  }
  assert.match(after(start, { kind: "look", direction: 1 }).message?.text ?? "", /name a variable first/);
});

test("a mistyped variable is corrected, and the question stays open", () => {
  const asked = after(start, { kind: "ask", purpose: "variable" }, type("refcuont"), { kind: "accept" });

  assert.equal(asked.mode.kind, "prompt");
  assert.equal(asked.message?.text, "no variable is named refcuont; did you mean refcount?");
});

test("a name is completed as far as it is unique, and then the possible names are listed", () => {
  const asked = after(start, { kind: "ask", purpose: "variable" }, type("refc"), { kind: "complete" });
  assert.deepEqual(asked.mode, { kind: "prompt", purpose: "variable", text: "refcount[P" });

  const listed = after(asked, { kind: "complete" });
  assert.equal(listed.message?.text, "refcount[P0]  refcount[P1]");
  const half = after(asked, { kind: "accept" });
  assert.deepEqual(
    half.position,
    race.trace.steps.find(({ changes }) => changes.some((c) => c.variable.startsWith("refcount")))?.n,
  );
  const unique = after(start, { kind: "ask", purpose: "variable" }, type("refcount[P1"), { kind: "complete" });
  assert.deepEqual(unique.mode, { kind: "prompt", purpose: "variable", text: "refcount[P1]" });
});

test("the path's own next step is chosen first, and taking it is a step along the path", () => {
  for (let at = 0; at < last; at++) {
    const here = after(start, { kind: "move", by: at });
    const on = after(here, { kind: "take" });
    assert.equal(on.position, at + 1);
    assert.equal(on.path, start.path);
  }
});

test("another step leaves the path, and undo or the command for the recorded path returns to it", () => {
  const here = after(start, { kind: "move", by: 3 });
  const off = takes(here, "faulter");

  assert.deepEqual([off.position, off.path.length], [4, 5]);
  assert.deepEqual([off.path[4]?.byHand, off.path[3]?.byHand], [true, false]);
  assert.equal(off.path[4]?.taken?.described.actor, "faulter");
  const undone = after(takes(off, "faulter"), { kind: "undo" }, { kind: "undo" });
  assert.deepEqual([undone.path, undone.position], [start.path, 3]);
  assert.match(after(undone, { kind: "undo" }).message?.text ?? "", /nothing to undo/);
  const recorded = after(takes(off, "zapper"), { kind: "recorded" });
  assert.deepEqual([recorded.path, recorded.position], [start.path, 3]);
  assert.deepEqual(after(recorded, { kind: "undo" }).path.length, 6);
});

test("a step that violates a property says so at once", () => {
  // The race with one more step of the zapper, before the fault locks the page without a reference.
  const further = takes(after(start, { kind: "move", by: last - 1 }), "zapper");
  assert.equal(further.message, undefined);
  const broken = takes(further, "faulter");

  assert.deepEqual(broken.message, { text: "violated: no-use-after-free", tone: "bad" });
  const [violated] = violationsHere(broken.subject, broken.path, broken.position);
  assert.equal(violated?.violation.explanation?.text, "!event.stale");
  const trace = written(broken);
  assert.equal(trace.property, "no-use-after-free");
  assert.deepEqual(replay(trace, race.subject), { reproduced: true, steps: trace.steps.length });
});

test("taking any possible step at any point of the trace gives a trace that replays", () => {
  for (let at = 0; at <= last; at++) {
    const here = after(start, { kind: "move", by: at });
    for (const [number] of optionsOf(here).entries()) {
      const off = after(here, { kind: "choose", number: number + 1 }, { kind: "take" });
      const trace = parseTrace(traceText(written(off)), "by-hand.json");
      assert.equal(trace.steps.length, off.path.length - 1);
      assert.deepEqual(replay(trace, race.subject), { reproduced: true, steps: off.path.length - 1 });
    }
  }
});

test("a path without a violation is written as one, and the whole trace keeps its violation", () => {
  const off = takes(after(start, { kind: "move", by: 3 }), "faulter");

  assert.deepEqual([written(off).property, written(off).violation.kind], [noProperty.name, "none"]);
  assert.deepEqual(written(start), race.trace);
});

test("after all have finished no step can be taken", () => {
  let explorer = after(start, { kind: "move", by: 2 });
  for (const actor of ["faulter", "zapper"])
    while (optionsOf(explorer).some((option) => option.actor === actor)) explorer = takes(explorer, actor);

  assert.deepEqual(optionsOf(explorer), []);
  assert.equal(after(explorer, { kind: "take" }).message?.text, "no step can be taken here");
  assert.equal(after(explorer, { kind: "choose", number: 1 }).message?.text, "no step can be taken here");
  assert.equal(written(explorer).property, noProperty.name);
});

test("quitting asks once about a path that is in no file", () => {
  assert.deepEqual(effectOf(start, { kind: "quit" }), { kind: "quit" });
  const off = takes(after(start, { kind: "move", by: 3 }), "faulter");
  const warned = after(off, { kind: "quit" });
  assert.equal(effectOf(off, { kind: "quit" }), undefined);
  assert.match(warned.message?.text ?? "", /not written/);
  assert.deepEqual(effectOf(warned, { kind: "quit" }), { kind: "quit" });
  assert.equal(effectOf(after(warned, { kind: "move", by: -1 }), { kind: "quit" }), undefined);
  const saved = after(off, { kind: "written", file: "x" });
  assert.deepEqual(effectOf(saved, { kind: "quit" }), { kind: "quit" });
  assert.equal(effectOf(takes(saved, "faulter"), { kind: "quit" }), undefined);
});

test("each path has a file name of its own, and an error of writing is reported", () => {
  const asked = after(start, { kind: "ask", purpose: "file" });
  assert.deepEqual(asked.mode, { kind: "prompt", purpose: "file", text: "by-hand-1.json" });
  const failed = after(asked, { kind: "not-written", reason: "no such folder" });
  assert.deepEqual([failed.mode.kind, failed.message?.text], ["prompt", "no such folder"]);
  const next = after(asked, { kind: "written", file: "by-hand-1.json" }, { kind: "ask", purpose: "file" });
  assert.deepEqual(next.mode, { kind: "prompt", purpose: "file", text: "by-hand-2.json" });
  const erased = after(asked, { kind: "erase", what: "word" }, { kind: "erase", what: "character" });
  assert.deepEqual(erased.mode, { kind: "prompt", purpose: "file", text: "by-hand-1" });
  const cleared = after(asked, { kind: "erase", what: "line" }, { kind: "accept" });
  assert.equal(cleared.message?.text, "expected the name of a file");
});

test("the end of a witness says what it satisfies, and the path is written as a witness", () => {
  const subject = twoLocksSubject();
  const witness = sampleTrace(subject, "sometimes: one has counted");
  assert.ok(replay(witness, subject).reproduced);
  const opening = { subject, origin: sampleOrigin, trace: witness, fileName: () => "hand.trace.json", fileNumber: 1 };
  const end = after(openTrace(opening), { kind: "last" }, { kind: "move", by: -1 }, { kind: "take" });

  assert.deepEqual(end.message, { text: "satisfied: one has counted", tone: "good" });
  assert.deepEqual(written(end), witness);
});
