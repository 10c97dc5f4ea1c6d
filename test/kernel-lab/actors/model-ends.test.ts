import assert from "node:assert/strict";
import { test } from "node:test";
import { type ActorsProgram, programText, stepsOf } from "../../../kernel-lab/actors/actors-program.ts";
import { drawActors } from "../../../kernel-lab/actors/draw-actors.ts";
import { modelEnds } from "../../../kernel-lab/actors/model-ends.ts";
import { togetherProgram } from "../../../kernel-lab/actors/together-program.ts";
import { fieldsOf } from "../../../kernel-lab/conform/fields.ts";
import type { LabModel } from "../../../kernel-lab/conform/model-outcomes.ts";
import { observer } from "../../../kernel-lab/conform/observe-state.ts";
import { keyOf, type RestState } from "../../../kernel-lab/conform/rest-states.ts";
import type { LabStep } from "../../../kernel-lab/lab-program.ts";
import { restingPlaces } from "../../../src/ir/resting-places.ts";
import { isNightly } from "../../fixtures/nightly.ts";
import { modelOf, mostStates, programOf, setupNamed } from "./lab.ts";

function endingsOf(model: LabModel, program: ActorsProgram): readonly string[] {
  const found = modelEnds(model, program, mostStates);
  assert.ok(found !== undefined, programText(program));
  return [...new Set(found.ends.map(({ endings }) => JSON.stringify(endings)))].sort();
}

test("a fault that meets munmap ends well or in a signal", () => {
  const program = programOf("anonymous", ["main: store buf[0]"], ["companion: load buf[0]", "main: munmap buf"]);
  assert.deepEqual(endingsOf(modelOf("anonymous"), program), [
    '[[{"kind":"done"}],[{"kind":"done"}]]',
    '[[{"kind":"signal","signal":"SIGSEGV"}],[{"kind":"done"}]]',
  ]);
});

test("two devices that want the same page can both get it, and the first can lose it again or fail", () => {
  const program = programOf("anonymous", ["main: store buf[0]"], ["engine: atomic buf[0]", "engine2: atomic buf[0]"]);
  const done = '{"kind":"done"}';
  const busy = '{"kind":"error","errno":"EBUSY"}';
  assert.deepEqual(endingsOf(modelOf("anonymous"), program), [
    `[[${done}],[${done}]]`,
    `[[${done}],[${busy}]]`,
    `[[${busy}],[${done}]]`,
  ]);
});

test("a program with too many states has no answer", () => {
  const program = programOf("anonymous", [], ["main: store buf[0]", "engine: atomic buf[0]"]);
  assert.equal(modelEnds(modelOf("anonymous"), program, 10), undefined);
});

const drawn = ["anonymous", "userfaultfd", "locked", "file"].flatMap((name) =>
  drawActors(setupNamed(name), { seed: 11, count: 3, actors: 2 }),
);

test("what the operations do one after the other, in every order of the actors, is among the ends", () => {
  // Every night all.
  for (const program of drawn.filter((_, number) => isNightly || number % 2 === 0)) {
    const model = modelOf(program.setup.name);
    const found = modelEnds(model, program, mostStates);
    if (found === undefined) continue;
    const ends = new Set(found.ends.map(({ state }) => shown(model, state)));
    for (const order of [program.together, program.together.toReversed()])
      for (const state of restsAfter(model, [...program.prefix, ...stepsOf(order)]))
        assert.ok(ends.has(shown(model, state)), `${programText(program)}, one actor after the other`);
  }
});

/** What user space sees, in which the numbers of pages do not count. */
function shown(model: LabModel, state: RestState): string {
  return JSON.stringify([...fieldsOf(observer(model.machine, model.states)(state))]);
}

function restsAfter(model: LabModel, steps: readonly LabStep[]): readonly RestState[] {
  let states = [model.states.start];
  for (const step of steps)
    states = [...new Set(states.flatMap((from) => model.outcomes(from, step).map(({ state }) => state)))];
  return states;
}

test("the steps that are explored alone, and pages that are alike, hide no end", () => {
  let compared = 0;
  const withoutChild = drawn.filter(({ together }) => together.every(({ actor }) => actor !== "child_thread"));
  for (const program of withoutChild.map((one) => ({ ...one, prefix: [] }))) {
    const model = modelOf(program.setup.name);
    // The handler's search leaves out what the plain one does not.
    const found = program.setup.name === "userfaultfd" ? undefined : modelEnds(model, program, 200);
    const all = found && everyEnd(model, program, 4_000);
    if (found === undefined || all === undefined) continue;
    compared++;
    const reduced = found.ends.map(({ endings, state }) => JSON.stringify([endings, shown(model, state)]));
    assert.deepEqual(new Set(reduced), new Set(all), programText(program));
  }
  assert.ok(compared >= 3, `${compared} programs`);
});

/** Explores all successors of every state, and tells pages apart. Undefined if there are too many states. */
function everyEnd(model: LabModel, program: ActorsProgram, most: number): readonly string[] | undefined {
  const together = togetherProgram(model, program.together);
  const met = new Set<string>();
  const pending = [together.start(model.states.start.values)];
  const ends: string[] = [];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (met.has(keyOf(state))) continue;
    met.add(keyOf(state));
    if (met.size > most) return undefined;
    const before = state;
    const next = restingPlaces(together.program, state).flatMap((place) => [
      ...Array.from({ length: place.choices }, (_, choice) => together.take(before, place, choice)),
      together.skip(before, place),
    ]);
    const successors = next.filter((successor) => successor !== undefined);
    pending.push(...successors);
    if (successors.length === 0)
      ends.push(JSON.stringify([together.endings(state), shown(model, model.states.keep(state))]));
  }
  return ends;
}
