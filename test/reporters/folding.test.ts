import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../src/reporters/drawing/entries.ts";
import { earlier } from "../../src/reporters/drawing/folding.ts";

const entry: Entry = {
  place: { actor: "thread", operation: "load", stack: [] } as unknown as Entry["place"],
  names: "operation",
  text: "access",
  notes: [],
  makers: [],
  isDecision: false,
  mark: undefined,
  steps: 1,
};

test("one step that is left out at the beginning of a drawing is not counted as several", () => {
  assert.equal(earlier([entry]).text, "[1 earlier step]");
  assert.equal(earlier([entry, entry]).text, "[2 earlier steps]");
});
