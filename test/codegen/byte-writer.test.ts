import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { drop, i32, i64 } from "../../src/codegen/wasm/encoder/instructions.ts";
import { moduleBuilder } from "../../src/codegen/wasm/encoder/module-builder.ts";
import { shareSubexpressions } from "../../src/codegen/wasm/step/common-subexpressions.ts";
import { compileExpression } from "../../src/codegen/wasm/step/compile-expression.ts";
import { add, bitAnd, eq, load } from "../../src/ir/expression.ts";
import { slotIndex } from "../../src/ir/indices.ts";
import { layoutOf } from "../../src/ir/layout.ts";
import type { Program } from "../../src/ir/program.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

type Exports = Record<string, (...args: unknown[]) => unknown>;

function instantiate(bytes: Uint8Array<ArrayBuffer>): Exports {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as unknown as Exports;
}

test("constants of 32 and 64 bits have the values that were written", () => {
  const extremes = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)];
  const numbers = [...extremes, ...fc.sample(fc.integer(), 200)];
  const bigs = [
    ...numbers.map(BigInt),
    2n ** 63n - 1n,
    -(2n ** 63n),
    ...fc.sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), 200),
  ];
  const builder = moduleBuilder();
  for (const [i, value] of numbers.entries()) builder.func([], "i32", () => [i32(value)], `n${i}`);
  for (const [i, value] of bigs.entries()) builder.func([], "i64", () => [i64(value)], `b${i}`);
  const exports = instantiate(builder.finish(1));
  assert.deepEqual(
    numbers.map((_, i) => exports[`n${i}`]?.()),
    numbers,
  );
  assert.deepEqual(
    bigs.map((_, i) => exports[`b${i}`]?.()),
    bigs,
  );
});

test("a function may have more bytes than seven bits can count", () => {
  const builder = moduleBuilder();
  const many = Array.from({ length: 20_000 }, (_, i) => drop(i32(i)));
  builder.func([], "i32", () => [...many, i32(7)], "seven");
  assert.equal(instantiate(builder.finish(1)).seven?.(), 7);
});

test("an expression that shares parts of parts stays small", () => {
  const one = variable("one", int(0, 1), { initial: 1 });
  let expr = load(one);
  for (let i = 0; i < 28; i++) expr = bitAnd(add(expr, expr), 1023);
  const program: Pick<Program, "slots" | "variables" | "slotOf"> = {
    variables: [one],
    slots: [{ name: "one", min: 0, max: 1, initial: 1 }],
    slotOf: new Map([[one, slotIndex(0)]]),
  };
  const builder = moduleBuilder();
  builder.func(
    ["i32"],
    "i32",
    ([word], scope) => {
      const context = { layout: layoutOf(program), slotOf: program.slotOf, scope, now: { word: () => word } };
      const shared = shareSubexpressions([eq(expr, 0)], context);
      return [...shared.before, compileExpression(eq(expr, 0), shared.context)];
    },
    "overflowed",
  );
  const bytes = builder.finish(1);
  assert.ok(bytes.length < 1000, `${bytes.length} bytes`);
  assert.equal(instantiate(bytes).overflowed?.(1), 1);
});
