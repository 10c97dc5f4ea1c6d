import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mermaidText } from "../../src/reporters/mermaid.ts";
import { hostileTrace } from "../fixtures/hostile-text.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const trace = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");

function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => line.trim());
}

test("a diagram has a lifeline for each actor, an arrow for each step and what broke at its end", () => {
  assert.deepEqual(linesOf(mermaidText(trace)), [
    "sequenceDiagram",
    "title sample on v8: no-deadlock is violated",
    "participant a0 as one",
    "participant a1 as two",
    "Note over a0,a1: no-deadlock: Whenever no actor can move, all have finished.",
    "a0->>a0: 1 add_one: begin [quickly]<br/>chooses what to do",
    "a0->>a0: 2 add_one: first_lock<br/>takes a lock",
    "Note right of a0: lock[a]: false → true",
    "a1->>a1: 3 add_one: begin [quickly]<br/>chooses what to do",
    "a1->>a1: 4 add_one: first_lock<br/>takes a lock",
    "Note right of a1: lock[b]: false → true",
    "rect rgba(220, 40, 40, 0.15)",
    "Note over a0,a1: Then: no step can be taken, but not all have finished: one, two" +
      "<br/>one waits in add_one: second_lock - takes a lock<br/>two waits in add_one: second_lock - takes a lock",
    "end",
    "",
  ]);
});

test("bars say how deep an actor is in calls, and what changes another actor's variable is an arrow to it", () => {
  const [first = assert.fail(), , third = assert.fail()] = trace.steps;
  const change = { variable: "named.stale[one]", kind: "ghost", old: "false", new: "true" } as const;
  const steps = [
    { ...first, stack: ["program", "load", "fault"] },
    { ...third, stack: ["program", "zap"], changes: [change] },
    { ...first, stack: ["program", "load"] },
  ];

  assert.deepEqual(linesOf(mermaidText({ ...trace, steps })).slice(5, 13), [
    "activate a0",
    "activate a0",
    "a0->>a0: 1 add_one: begin [quickly]<br/>chooses what to do",
    "activate a1",
    "a1->>a1: 3 add_one: begin [quickly]<br/>chooses what to do",
    "a1-)a0: named.stale[one]: false → true",
    "deactivate a0",
    "a0->>a0: 1 add_one: begin [quickly]<br/>chooses what to do",
  ]);
});

test("what Mermaid would find too long loses its first steps, not its last", () => {
  const steps = Array.from({ length: 2000 }, (_, at) => ({ ...(trace.steps[at % 4] ?? assert.fail()), n: at + 1 }));
  const text = mermaidText({ ...trace, steps });

  assert.ok(text.length <= 50_000 && text.length > 25_000, `${text.length} characters`);
  assert.match(text, /Note over a0,a1: steps 1 to \d+ are left out/);
  assert.match(text, />>a\d: 2000 add_one/);
});

test("texts hold nothing that Mermaid could take for its own", () => {
  fc.assert(
    fc.property(hostileTrace(trace), (hostile) => {
      for (const line of linesOf(mermaidText(hostile)).slice(1, -1)) {
        const [, own = "", text = ""] =
          /^(title |participant a\d as |Note (?:over|right of) [a\d,]+: |a\d(?:->>|-\))a\d: |rect rgba|end|(?:de)?activate a\d)(.*)$/.exec(
            line,
          ) ?? assert.fail(line);
        if (own === "rect rgba") continue;
        assert.match(text.replaceAll("<br/>", " "), /^(?:[A-Za-z0-9 _.,()[\]:/=!?*+'→-]|#\d+;)*$/);
        assert.doesNotMatch(text, /^(no)?wrap:/i);
      }
    }),
  );
});
