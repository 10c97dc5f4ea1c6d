/** The arithmetic by which the tree store keeps a key of up to 44 bits in a cell of 32, or of 16 bits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { i32 } from "../../src/codegen/wasm/encoder/instructions.ts";
import { moduleBuilder } from "../../src/codegen/wasm/encoder/module-builder.ts";
import {
  cellAtHome,
  currentSize,
  fixedWidth,
  gathered,
  hasOverflowed,
  homeOf,
  keyOfCell,
  spread,
} from "../../src/codegen/wasm/store/tree/root-cell.ts";
import { cellsOfEitherWidth } from "../../src/codegen/wasm/store/tree/root-cells.ts";
import { displacementBits, mostFilled, narrowShape, type RootShape, wideShape } from "../../src/memory/root-shape.ts";

interface Arithmetic {
  readonly spread: (key: bigint) => bigint;
  readonly gathered: (key: bigint) => bigint;
  readonly become: (entries: number) => void;
  readonly home: (key: bigint) => number;
  readonly cell: (key: bigint) => number;
  readonly overflowed: (cell: number) => number;
  readonly keyOfCell: (cell: number, slot: number) => bigint;
}

function arithmetic(keyBits: number, narrow: boolean): Arithmetic {
  const builder = moduleBuilder();
  const width = fixedWidth(keyBits);
  const size = currentSize(builder, width, cellsOfEitherWidth(i32(narrow ? 1 : 0)));
  builder.func(["i64"], "i64", ([key]) => [...spread(key, width), key], "spread");
  builder.func(["i64"], "i64", ([key]) => [...gathered(key, width), key], "gathered");
  builder.func(["i32"], undefined, ([entries]) => [...size.become(entries)], "become");
  builder.func(["i64"], "i32", ([key]) => [homeOf(0, key, size)], "home");
  builder.func(["i64"], "i32", ([key]) => [cellAtHome(key, size)], "cell");
  builder.func(["i32"], "i32", ([cell]) => [hasOverflowed(cell, size)], "overflowed");
  builder.func(
    ["i32", "i32"],
    "i64",
    ([cell, slot], scope) => [keyOfCell(cell, slot, size, scope.local("i32"), scope.local("i32"))],
    "keyOfCell",
  );
  builder.setTable([]);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.finish(1)), { env: { memory } });
  return exports as unknown as Arithmetic;
}

const keyBitsRange = fc.integer({ min: 20, max: 44 });
const withShape = new Map<string, Arithmetic>();
function of(keyBits: number, narrow = false): Arithmetic {
  const name = `${keyBits} ${narrow}`;
  const known = withShape.get(name) ?? arithmetic(keyBits, narrow);
  withShape.set(name, known);
  return known;
}

function shapeOf(keyBits: number, narrow: boolean): RootShape {
  return { leftBits: Math.floor(keyBits / 2), keyBits, narrow };
}

test("spreading a key is a bijection on its bits", () => {
  fc.assert(
    fc.property(keyBitsRange, fc.bigInt({ min: 0n, max: 2n ** 44n - 1n }), (keyBits, number) => {
      const key = BigInt.asUintN(keyBits, number);
      const spreadKey = of(keyBits).spread(key);
      assert.ok(spreadKey >= 0n && spreadKey < 2n ** BigInt(keyBits));
      assert.equal(of(keyBits).gathered(spreadKey), key);
      assert.equal(of(keyBits).spread(of(keyBits).gathered(key)), key);
    }),
    { numRuns: 1000 },
  );
});

test("keys that follow each other get homes all over the table", () => {
  const { become, spread, home } = of(44);
  become(2 ** 19);
  const homes = new Set(Array.from({ length: 4096 }, (_, key) => home(spread(BigInt(key))) >>> 5));
  // As many as chance would have.
  const expected = 65536 * (1 - Math.exp(-4096 / 65536));
  assert.ok(Math.abs(homes.size - expected) < 80, `${homes.size} homes, not about ${expected}`);
});

/** Sizes of tables: a multiple of a power of two. */
const factors = [8, 9, 10, 11, 12, 13, 14, 15];

test("a cell and its slot give back the key, for every size of table and every displacement", () => {
  // Narrow cells have at least eight bits for displacements, so that the keys of large tables are short.
  const shapes = fc.tuple(keyBitsRange, fc.boolean()).map(([bits, narrow]) => ({
    keyBits: narrow ? Math.min(bits, 37) : bits,
    narrow,
  }));
  const arbitrary = shapes.chain(({ keyBits, narrow }) =>
    fc.record({
      keyBits: fc.constant(keyBits),
      narrow: fc.constant(narrow),
      factor: fc.constantFrom(...factors),
      scale: fc.integer({ min: Math.max(0, keyBits - (narrow ? 11 : 28)), max: Math.min(26, keyBits - 4) }),
      number: fc.bigInt({ min: 0n, max: 2n ** BigInt(keyBits) - 1n }),
      far: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    }),
  );
  fc.assert(
    fc.property(arbitrary, ({ keyBits, narrow, factor, scale, number, far }) => {
      const ofBits = of(keyBits, narrow);
      const entries = factor * 2 ** scale;
      ofBits.become(entries);
      const displacement = Math.min(far, 2 ** displacementBits(shapeOf(keyBits, narrow), entries) - 2);
      const home = (ofBits.home(number) >>> 0) / (narrow ? 2 : 4);
      assert.equal(BigInt(home), (number * BigInt(entries)) >> BigInt(keyBits));
      const cell = (ofBits.cell(number) + displacement) | 0;
      assert.notEqual(cell, 0);
      assert.ok(!narrow || cell < 2 ** 16);
      assert.equal(ofBits.overflowed(cell), 0);
      assert.equal(ofBits.keyOfCell(cell, home + displacement), number);
    }),
    { numRuns: 4000 },
  );
});

test("a displacement that does not fit is noticed at the first slot that is too far", () => {
  for (const [keyBits, log2, narrow] of [
    [44, 19, false],
    [44, 22, false],
    [44, 25, false],
    [30, 16, false],
    [30, 22, true],
    [35, 28, true],
  ] as const)
    for (const factor of factors) {
      const { become, cell, overflowed } = of(keyBits, narrow);
      const entries = factor * 2 ** (log2 - 3);
      become(entries);
      const far = 2 ** displacementBits(shapeOf(keyBits, narrow), entries) - 1;
      for (const key of [0n, 5n, 2n ** BigInt(keyBits) - 1n]) {
        const first = cell(key);
        assert.deepEqual(
          [first + far - 1, first + far].map((one) => overflowed(one | 0)),
          [0, 1],
        );
      }
    }
});

test("no table is so full that a displacement which does not fit is to be expected", () => {
  const expectedIn = (shape: RootShape, entries: number): number => {
    const filled = mostFilled(shape, entries);
    const longest = 2 ** displacementBits(shape, entries) - 1;
    return entries * Math.exp(-longest * (filled - 1 - Math.log(filled)));
  };
  for (let scale = 14; scale <= 28; scale++)
    for (const factor of factors) {
      const entries = factor * 2 ** scale;
      const narrow = [27, 30, 34, 38].flatMap((bits) => narrowShape(entries, partsFor(bits), 100) ?? []);
      for (const shape of [...(scale < 19 ? [] : [wideShape(22)]), ...narrow])
        assert.ok(expectedIn(shape, entries) < 1.1e-9, `${entries} cells: ${JSON.stringify(shape)}`);
    }
});

/** So many that both numbers together need so many bits, with a hundred more of each. */
function partsFor(bits: number): { readonly left: number; readonly right: number } {
  return { left: 2 ** 13 - 200, right: 2 ** (bits - 13) - 200 };
}

test("a narrow shape has a number for every part and for those that threads take beyond them", () => {
  const number = fc.integer({ min: 1, max: 2 ** 20 });
  const entries = fc.integer({ min: 2 ** 17, max: 2 ** 29 });
  let narrow = 0;
  fc.assert(
    fc.property(entries, number, number, fc.integer({ min: 1, max: 10_000 }), (size, left, right, overshoot) => {
      const shape = narrowShape(size, { left, right }, overshoot);
      if (shape === undefined) return;
      narrow++;
      assert.ok(2 ** shape.leftBits > left + overshoot);
      assert.ok(2 ** (shape.keyBits - shape.leftBits) > right + overshoot);
      assert.ok(2 ** shape.keyBits > size && displacementBits(shape, size) >= 8);
    }),
    { numRuns: 1000 },
  );
  assert.ok(narrow > 50, `${narrow} narrow shapes`);
});
