import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Schedule, type StopCost, scheduleOf } from "../../../kernel-lab/race/schedule.ts";
import { executeStep, initialState } from "../../../src/ir/interpreter.ts";
import { restingPlaces } from "../../../src/ir/resting-places.ts";
import { takeStep } from "../../../src/trace/take-step.ts";
import { violationOf } from "../../../src/trace/violation.ts";
import { faultRace } from "../../fixtures/fault-race.ts";
import { tries } from "../../fixtures/nightly.ts";
import { type Traced, tracedScenario } from "./traced.ts";

const race = faultRace();
const late = tracedScenario("late-lock", "v6.4", "lock-discipline");

const labels =
  (...allowed: string[]): StopCost =>
  ({ label }) =>
    allowed.includes(label) ? 2 : undefined;

const shown = ({ pieces }: Schedule) =>
  pieces.map(({ actor, stopsBefore }) => `${actor}: ${stopsBefore?.label ?? "to the end"}`);

test("the fault stops before it locks the page, and the zap runs to its end", () => {
  const schedule = scheduleOf(race.trace, race.subject, labels("trylock_page"));
  assert.deepEqual(shown(schedule).slice(0, 2), ["faulter: trylock_page", "zapper: to the end"]);
  assert.deepEqual(schedule.impossible, []);
});

test("if a thread cannot be held at the trace's own switches, another order of the steps is found", () => {
  const schedule = scheduleOf(late.trace, late.subject, ({ label }) => (label === "load flags" ? undefined : 2));
  assert.deepEqual(schedule.impossible, []);
  const stops = schedule.pieces.map(({ stopsBefore }) => stopsBefore?.label);
  assert.ok(!stops.includes("load flags"));
});

test("stops that no order can do without are named if no thread can be held there", () => {
  const schedule = scheduleOf(late.trace, late.subject, labels("folio_try_get", "active++"));
  assert.deepEqual(
    schedule.impossible.map(({ label }) => label),
    ["store flags"],
  );
});

test("whatever stops cost, the schedule's steps can be taken and end in the trace's violation", () => {
  const cost = fc.option(fc.nat(9), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom(race, late), fc.array(cost, { minLength: 7, maxLength: 7 }), (traced, costs) => {
      const schedule = scheduleOf(traced.trace, traced.subject, ({ id }) => costs[id % costs.length]);
      assert.equal(endOf(schedule, traced), "violated");
    }),
    { numRuns: tries(15, 40) },
  );
});

/** Takes the steps of all pieces in turn; only the choices are found anew. */
function endOf({ pieces }: Schedule, { subject, trace }: Pick<Traced, "subject" | "trace">): string {
  const { program } = subject;
  const steps = pieces.flatMap((piece) => piece.steps);
  let states = [initialState(program)];
  for (const [position, place] of steps.entries()) {
    const choices = Array.from({ length: place.choices }, (_, choice) => choice);
    const before = states.filter((state) => restingPlaces(program, state)[place.actor] === place);
    if (position === steps.length - 1) {
      const violates = before.some((state) =>
        choices.some((choice) => {
          const last = takeStep(program, state, place, choice, position + 1);
          return last && violationOf(subject, trace.property, { state: last.outcome.state, last });
        }),
      );
      return violates ? "violated" : "not violated";
    }
    states = before.flatMap((state) =>
      choices.flatMap((choice) => executeStep(program, state, place.id, choice)?.state ?? []),
    );
    if (states.length === 0) return `step ${position + 1} cannot be taken`;
  }
  return "no steps";
}
