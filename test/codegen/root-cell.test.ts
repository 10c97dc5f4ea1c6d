/** The arithmetic by which the tree store keeps a key of up to 44 bits in a cell of 32. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { moduleBuilder } from "../../src/codegen/wasm/encoder/module-builder.ts";
import {
  cellAtHome,
  currentSize,
  gathered,
  hasOverflowed,
  homeOf,
  keyOfCell,
  spread,
} from "../../src/codegen/wasm/store/tree/root-cell.ts";
import { displacementBits, mostFilled } from "../../src/memory/tree-plan.ts";

interface Arithmetic {
  readonly spread: (key: bigint) => bigint;
  readonly gathered: (key: bigint) => bigint;
  readonly become: (entries: number) => void;
  readonly home: (key: bigint) => number;
  readonly cell: (key: bigint) => number;
  readonly overflowed: (cell: number) => number;
  readonly keyOfCell: (cell: number, slot: number) => bigint;
}

function arithmetic(keyBits: number): Arithmetic {
  const builder = moduleBuilder();
  const size = currentSize(builder, keyBits);
  builder.func(["i64"], "i64", ([key]) => [...spread(key, keyBits), key], "spread");
  builder.func(["i64"], "i64", ([key]) => [...gathered(key, keyBits), key], "gathered");
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
const withBits = new Map<number, Arithmetic>();
function of(keyBits: number): Arithmetic {
  const known = withBits.get(keyBits) ?? arithmetic(keyBits);
  withBits.set(keyBits, known);
  return known;
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
  const arbitrary = keyBitsRange.chain((keyBits) =>
    fc.record({
      keyBits: fc.constant(keyBits),
      factor: fc.constantFrom(...factors),
      scale: fc.integer({ min: Math.max(0, keyBits - 28), max: Math.min(26, keyBits - 4) }),
      number: fc.bigInt({ min: 0n, max: 2n ** BigInt(keyBits) - 1n }),
      far: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    }),
  );
  fc.assert(
    fc.property(arbitrary, ({ keyBits, factor, scale, number, far }) => {
      const ofBits = of(keyBits);
      const entries = factor * 2 ** scale;
      ofBits.become(entries);
      const displacement = Math.min(far, 2 ** displacementBits(keyBits, entries) - 2);
      const home = (ofBits.home(number) >>> 0) / 4;
      assert.equal(BigInt(home), (number * BigInt(entries)) >> BigInt(keyBits));
      const cell = (ofBits.cell(number) + displacement) | 0;
      assert.notEqual(cell, 0);
      assert.equal(ofBits.overflowed(cell), 0);
      assert.equal(ofBits.keyOfCell(cell, home + displacement), number);
    }),
    { numRuns: 4000 },
  );
});

test("a displacement that does not fit is noticed at the first slot that is too far", () => {
  for (const [keyBits, log2] of [
    [44, 19],
    [44, 22],
    [44, 25],
    [30, 16],
  ] as const)
    for (const factor of factors) {
      const { become, cell, overflowed } = of(keyBits);
      const entries = factor * 2 ** (log2 - 3);
      become(entries);
      const far = 2 ** displacementBits(keyBits, entries) - 1;
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
  for (let scale = 19; scale <= 28; scale++)
    for (const factor of factors) {
      const entries = factor * 2 ** scale;
      const filled = mostFilled(44, entries);
      const longest = 2 ** displacementBits(44, entries) - 1;
      const expected = entries * Math.exp(-longest * (filled - 1 - Math.log(filled)));
      assert.ok(expected < 1e-9, `${entries} cells: ${expected}`);
    }
});
