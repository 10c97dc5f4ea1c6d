import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type SlotIndex, slotIndex } from "../../src/ir/indices.ts";
import { layoutOf, pack, unpack } from "../../src/ir/layout.ts";
import type { Slot } from "../../src/ir/program.ts";
import { int, rangeOf } from "../../src/ir/types.ts";
import { type Variable, variable } from "../../src/ir/variable.ts";

interface Shape {
  readonly variables: readonly Variable[];
  readonly slots: readonly Slot[];
  readonly slotOf: ReadonlyMap<Variable, SlotIndex>;
}

function shapeOf(declared: readonly { min: number; span: number; size: number }[]): Shape {
  const slots: Slot[] = [];
  const slotOf = new Map<Variable, SlotIndex>();
  const variables = declared.map(({ min, span, size }, position) => {
    const labels = Array.from({ length: size }, (_, i) => String(i));
    const dimensions = size === 1 ? [] : [{ name: "i", labels }];
    return variable(`v${position}`, int(min, min + span), { dimensions, initial: min });
  });
  for (const declaredVariable of variables) {
    slotOf.set(declaredVariable, slotIndex(slots.length));
    const [min, max] = rangeOf(declaredVariable.type);
    for (let i = 0; i < declaredVariable.size; i++)
      slots.push({ name: `${declaredVariable.name}.${i}`, min, max, initial: min });
  }
  return { variables, slots, slotOf };
}

const declaration = fc.record({
  min: fc.integer({ min: -100, max: 100 }),
  span: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 2 ** 29 })),
  size: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 40 })),
});

test("packing and unpacking is the identity on every state in range", () => {
  fc.assert(
    fc.property(
      fc.array(declaration, { maxLength: 12 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (declared, draw) => {
        const shape = shapeOf(declared);
        const layout = layoutOf(shape);
        const state = Int32Array.from(
          shape.slots,
          ({ min, max }) => min + Math.round((draw.next().value ?? 0) * (max - min)),
        );
        assert.deepEqual(unpack(layout, pack(layout, state)), state);
      },
    ),
  );
});

test("an array's elements are where its arithmetic says, and nothing overlaps", () => {
  fc.assert(
    fc.property(fc.array(declaration, { maxLength: 12 }), (declared) => {
      const shape = shapeOf(declared);
      const layout = layoutOf(shape);
      for (const [of, array] of layout.arrays) {
        const first = shape.slotOf.get(of) ?? Number.NaN;
        for (let i = 0; i < of.size; i++) {
          const word = array.word + Math.floor(i / array.perWord);
          const shift = array.shift + (i % array.perWord) * array.bits;
          assert.deepEqual(layout.fields[first + i], { word, shift, bits: array.bits, min: array.min });
        }
        if (array.words > 1) assert.equal(array.perWord & (array.perWord - 1), 0);
      }
      const taken = new Set<number>();
      for (const { word, shift, bits } of layout.fields) {
        assert.ok(shift + bits <= 32);
        assert.ok(word < layout.words);
        for (let bit = 0; bit < bits; bit++) {
          const at = word * 32 + shift + bit;
          assert.ok(!taken.has(at));
          taken.add(at);
        }
      }
      assert.equal(taken.size, layout.bits);
    }),
  );
});

test("small fields fill the gaps that arrays leave", () => {
  const layout = layoutOf(
    shapeOf([
      { min: 0, span: 2, size: 20 },
      { min: 0, span: 255, size: 1 },
      { min: 5, span: 0, size: 3 },
      { min: 0, span: 255, size: 2 },
    ]),
  );
  assert.equal(layout.words, 2);
  assert.equal(layout.bits, 64);
});
