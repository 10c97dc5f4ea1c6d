import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Explorer, openTrace } from "../../src/explorer/explorer.ts";
import { widthOf } from "../../src/explorer/line.ts";
import { type Command, update } from "../../src/explorer/update.ts";
import { viewOf } from "../../src/explorer/view.ts";
import type { Trace } from "../../src/trace/format.ts";
import { parseTrace } from "../../src/trace/parse-trace.ts";
import { replay } from "../../src/trace/replay.ts";
import { traceText } from "../../src/trace/write-trace.ts";
import { faultRace, opened } from "../fixtures/fault-race.ts";
import { tries } from "../fixtures/nightly.ts";
import { sampleOrigin, sampleTrace } from "../fixtures/sample-trace.ts";
import { type TwoLocks, twoLocksSubject } from "../fixtures/two-locks-model.ts";

const race = faultRace();
const models: readonly (readonly [TwoLocks, string])[] = [
  [{ reversed: true }, "no-deadlock"],
  [{ noLock: true }, "asserts"],
  [{ small: true }, "range"],
];
const starts: readonly Explorer[] = [
  opened(race),
  ...models.map(([model, property]) => {
    const subject = twoLocksSubject(model);
    const trace = sampleTrace(subject, property);
    return openTrace({ subject, origin: sampleOrigin, trace, fileName: (n) => `${n}.json`, fileNumber: 1 });
  }),
];

const move = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Command>({ kind: "take" }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }).map((number): Command => ({ kind: "choose", number })) },
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }).map((by): Command => ({ kind: "move", by })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Command>(
      { kind: "undo" },
      { kind: "recorded" },
      { kind: "last" },
      { kind: "select", by: 1 },
      { kind: "look", direction: 1 },
    ),
  },
);

function traceOf(explorer: Explorer): Trace {
  const asked = update(explorer, { kind: "ask", purpose: "file" }).explorer;
  const { effect } = update(asked, { kind: "accept" });
  assert.ok(effect?.kind === "write");
  return effect.trace;
}

test("random walks by hand always give traces that replay, with or without violations on the way", () => {
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.array(move, { maxLength: 60 }), (start, commands) => {
      let explorer = start;
      for (const command of commands) explorer = update(explorer, command).explorer;
      const trace = parseTrace(traceText(traceOf(explorer)), "by-hand.json");

      assert.equal(trace.steps.length, explorer.path.length - 1);
      assert.deepEqual(replay(trace, start.subject), { reproduced: true, steps: trace.steps.length });
    }),
    { numRuns: tries(12, 60) },
  );
});

const command = fc.oneof(
  move,
  fc.constantFrom<Command>(
    { kind: "ask", purpose: "variable" },
    { kind: "ask", purpose: "step" },
    { kind: "ask", purpose: "file" },
    { kind: "show", what: "help" },
    { kind: "show", what: "everything" },
    { kind: "accept" },
    { kind: "complete" },
    { kind: "close" },
    { kind: "quit" },
    { kind: "erase", what: "word" },
  ),
  fc.integer({ min: -20, max: 20 }).map((by): Command => ({ kind: "scroll", by })),
  fc.string({ unit: "binary", maxLength: 4 }).map((text): Command => ({ kind: "type", text })),
);
const size = fc.record({ rows: fc.integer({ min: 1, max: 60 }), columns: fc.integer({ min: 1, max: 200 }) });

test("for any keys the screen is filled exactly and holds nothing that moves the cursor", () => {
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.array(command, { maxLength: 30 }), size, (start, commands, screen) => {
      let explorer = start;
      for (const one of commands) explorer = update(explorer, one).explorer;
      const lines = viewOf(explorer, screen);

      assert.equal(lines.length, screen.rows);
      for (const line of lines) {
        assert.ok(widthOf(line) <= screen.columns);
        assert.doesNotMatch(line.map(({ text }) => text).join(""), /[\p{Cc}\p{Cf}]/u);
      }
      assert.ok(explorer.position >= 0 && explorer.position < explorer.path.length);
    }),
    { numRuns: tries(30, 200) },
  );
});
