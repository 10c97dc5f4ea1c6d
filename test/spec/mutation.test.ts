import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import { tries } from "../fixtures/nightly.ts";
import { goodSpec } from "./good-spec.ts";

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** Words of specs are put in wrong places, which reaches more code than random noise. */
const words = [
  ...new Set(goodSpec.match(/"[^"\n]*"|[{}[\],:]|\d+/g)),
  "null",
  "true",
  "{}",
  "[]",
  '"__proto__"',
  '"constructor"',
];

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat({ max: goodSpec.length }),
  remove: fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 40 })),
  insert: fc.oneof(fc.constant(""), fc.string({ maxLength: 3, unit: "binary" }), fc.constantFrom(...words)),
});

/** Replaces whole words by others, so that most results are JSON, and wrong in their structure or meaning. */
const swap = fc.record({ position: fc.nat(), word: fc.constantFrom(...words) });

function judge(text: string): void {
  try {
    parseSpec(text, "mutated.json");
  } catch (error) {
    assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
    assert.ok(error.diagnostics.length > 0);
    const lines = text.split(/\r\n|\n|\r/);
    for (const { line = 0, column = 0, message } of error.diagnostics) {
      const found = lines[line - 1];
      assert.ok(found !== undefined && column >= 1 && column <= found.length + 1, `${line}:${column} ${message}`);
      assert.notEqual(message, "");
    }
  }
}

test("a spec that loses or gains any characters is a spec or a user's mistake with a position", () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      judge(
        edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), goodSpec),
      );
    }),
    { numRuns: tries(120, 800) },
  );
});

test("a spec with any of its words swapped is a spec or a user's mistake with a position", () => {
  const tokens = goodSpec.split(/("[^"\n]*"|\d+)/);
  fc.assert(
    fc.property(fc.array(swap, { minLength: 1, maxLength: 3 }), (swaps) => {
      const changed = [...tokens];
      for (const { position, word } of swaps) changed[2 * (position % (tokens.length >> 1)) + 1] = word;
      judge(changed.join(""));
    }),
    { numRuns: tries(120, 800) },
  );
});
