import assert from "node:assert/strict";
import { test } from "node:test";
import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { randomProperty, type Vocabulary, vocabularyOf } from "../../scripts/library/random-property.ts";
import { compileProperty } from "../../src/properties/compile.ts";
import { tries } from "../fixtures/nightly.ts";
import {
  flags,
  plainData,
  plainFlags,
  pteKind,
  type SmallState,
  type SmallSystem,
  smallSystem,
  writeEvent,
} from "./small-system.ts";

// The data is plain, so its types are known only when the library runs.
const cel = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
cel.registerFunction("list.sum(): int", (numbers: readonly bigint[]) => numbers.reduce((a, b) => a + b, 0n));

const bit = fc.nat(1);
const flagsValue = fc.nat(2 ** flags.bits - 1);

function states(pages: number, ptes: number): fc.Arbitrary<SmallState> {
  return fc.record({
    pages: fc.array(fc.record({ refcount: fc.nat(7), locked: bit, flags: flagsValue }), {
      minLength: pages,
      maxLength: pages,
    }),
    ptes: fc.array(fc.record({ kind: fc.nat(2), pfn: fc.nat(Math.max(0, pages - 1)), write: bit }), {
      minLength: ptes,
      maxLength: ptes,
    }),
    total: fc.integer({ min: -4, max: 4 }),
    mode: bit,
  });
}

const cases = fc.record({ pages: fc.nat(3), ptes: fc.nat(3) }).chain(({ pages, ptes }) =>
  fc.record({
    pages: fc.constant(pages),
    ptes: fc.constant(ptes),
    now: states(pages, ptes),
    old: states(pages, ptes),
    event: fc.record({ page: fc.nat(Math.max(0, pages - 1)), before: flagsValue, kind: fc.nat(2) }),
    tape: fc.array(fc.nat(999), { minLength: 1, maxLength: 120, size: "max" }),
  }),
);

/** Positions that CEL's interpreter accepts. It fails beyond the end of a list; we read the smallest value there. */
function vocabulary({ schema }: SmallSystem, pages: number, ptes: number): Vocabulary {
  const step = { actors: [], procedures: [], labels: [] };
  const { step: _, ...names } = vocabularyOf(schema, { event: writeEvent, step }).names;
  return {
    names,
    positions({ of }, elements) {
      if (of.kind !== "record" || of.name === "Pte") return ["0", String(ptes - 1)];
      const entries = elements.filter(({ shape }) => shape.kind === "record" && shape.name === "Pte");
      return ["0", String(pages - 1), "event.page", ...entries.map(({ text }) => `${text}.pfn`)];
    },
  };
}

test("a compiled property and CEL's own interpreter agree on every state", () => {
  const numRuns = tries(300, 2000);
  let [held, failed] = [0, 0];
  fc.assert(
    fc.property(cases, ({ pages, ptes, now, old, event, tape }) => {
      const system = smallSystem(pages, ptes);
      const text = randomProperty(tape, vocabulary(system, pages, ptes));
      const compiled = compileProperty(text, {
        schema: system.schema,
        event: writeEvent,
        step: { actors: ["a"], procedures: ["p"], labels: ["l"] },
      });
      if (!compiled.ok) {
        // A product of sums may really be too large for 32 bits; any other issue is a mistake of the compiler.
        fc.pre(compiled.issues.every(({ message }) => message.includes("range of numbers")));
        assert.deepEqual(compiled.issues, [], text);
        return;
      }
      const evaluator = system.evaluator(now, old, { args: [event.page, event.before, event.kind] });
      const ours = evaluator(compiled.expr) !== 0;
      const theirs: unknown = cel.evaluate(text, {
        ...plainData(now),
        old: plainData(old),
        event: {
          page: BigInt(event.page),
          before: plainFlags(event.before),
          kind: pteKind.literals[event.kind],
        },
      });
      assert.equal(ours, theirs, text);
      if (ours) held += 1;
      else {
        failed += 1;
        const explanation = compiled.explain(evaluator);
        assert.ok(text.includes(explanation.text), `${explanation.text} is not part of ${text}`);
        assert.ok(explanation.values.length <= 8);
      }
    }),
    { numRuns },
  );
  assert.ok(held > numRuns / 4 && failed > numRuns / 4, `a lopsided sample: ${held} held, ${failed} failed`);
});
