/** The arithmetic by which the tree store keeps a key of up to 44 bits in a cell of 32. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { moduleBuilder } from "../../src/codegen/wasm/encoder/module-builder.ts";
import {
  cellAtHome,
  displacementMask,
  gathered,
  hasOverflowed,
  homeBits,
  homeOf,
  keyOfCell,
  remainderShift,
  spread,
} from "../../src/codegen/wasm/store/tree/root-cell.ts";
import { displacementBits, mostFilled } from "../../src/memory/tree-plan.ts";

interface Arithmetic {
  readonly spread: (key: bigint) => bigint;
  readonly gathered: (key: bigint) => bigint;
  readonly home: (key: bigint, mask: number) => number;
  readonly cell: (key: bigint, mask: number) => number;
  readonly overflowed: (cell: number, mask: number) => number;
  readonly keyOfCell: (cell: number, slot: number, mask: number) => bigint;
}

function arithmetic(keyBits: number): Arithmetic {
  const builder = moduleBuilder();
  builder.func(["i64"], "i64", ([key]) => [...spread(key, keyBits), key], "spread");
  builder.func(["i64"], "i64", ([key]) => [...gathered(key, keyBits), key], "gathered");
  builder.func(["i64", "i32"], "i32", ([key, mask]) => [homeOf(0, key, mask)], "home");
  builder.func(
    ["i64", "i32"],
    "i32",
    ([key, mask]) => [cellAtHome(key, homeBits(mask), remainderShift(mask, keyBits))],
    "cell",
  );
  builder.func(
    ["i32", "i32"],
    "i32",
    ([cell, mask]) => [hasOverflowed(cell, displacementMask(remainderShift(mask, keyBits)))],
    "overflowed",
  );
  builder.func(
    ["i32", "i32", "i32"],
    "i64",
    ([cell, slot, mask]) => [keyOfCell(cell, slot, mask, keyBits)],
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
  const homes = new Set(Array.from({ length: 4096 }, (_, key) => of(44).home(of(44).spread(BigInt(key)), 2 ** 16 - 1)));
  // As many as chance would have.
  const expected = 65536 * (1 - Math.exp(-4096 / 65536));
  assert.ok(Math.abs(homes.size - expected) < 80, `${homes.size} homes, not about ${expected}`);
});

test("a cell and its slot give back the key, for every size of table and every displacement", () => {
  const arbitrary = keyBitsRange.chain((keyBits) =>
    fc.record({
      keyBits: fc.constant(keyBits),
      log2: fc.integer({ min: Math.max(1, keyBits - 30), max: Math.min(29, keyBits - 1) }),
      number: fc.bigInt({ min: 0n, max: 2n ** BigInt(keyBits) - 1n }),
      far: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    }),
  );
  fc.assert(
    fc.property(arbitrary, ({ keyBits, log2, number, far }) => {
      const of44 = of(keyBits);
      const mask = 2 ** log2 - 1;
      const most = 2 ** displacementBits(keyBits, log2) - 2;
      const displacement = Math.min(far, most, mask);
      const home = of44.home(number, mask) / 4;
      assert.equal(BigInt(home), BigInt.asUintN(log2, number));
      const cell = (of44.cell(number, mask) + displacement) | 0;
      assert.notEqual(cell, 0);
      assert.equal(of44.overflowed(cell, mask), 0);
      const slot = (home + displacement) & mask;
      assert.equal(of44.keyOfCell(cell, slot, mask), number);
    }),
    { numRuns: 2000 },
  );
});

test("a displacement that does not fit is noticed at the first slot that is too far", () => {
  for (const [keyBits, log2] of [
    [44, 13],
    [44, 22],
    [44, 25],
    [30, 16],
  ] as const) {
    const { cell, overflowed } = of(keyBits);
    const mask = 2 ** log2 - 1;
    const far = 2 ** displacementBits(keyBits, log2) - 1;
    for (const key of [0n, 5n, 2n ** BigInt(keyBits) - 1n]) {
      const first = cell(key, mask);
      assert.deepEqual([overflowed(first + far - 1, mask), overflowed((first + far) | 0, mask)], [0, 1]);
    }
  }
});

test("no table is so full that a displacement which does not fit is to be expected", () => {
  for (let log2 = 22; log2 <= 29; log2++) {
    const filled = mostFilled(44, log2);
    const longest = 2 ** displacementBits(44, log2) - 1;
    const expected = 2 ** log2 * Math.exp(-longest * (filled - 1 - Math.log(filled)));
    assert.ok(expected < 1e-9, `2^${log2} cells: ${expected}`);
  }
});
