/** Types and expressions: which values are legal, how they are shown, and that folding keeps their meaning. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildProgram } from "../../src/ir/build-program.ts";
import { evaluate } from "../../src/ir/evaluate.ts";
import {
  add,
  and,
  bitAnd,
  bitOr,
  constant,
  type Expr,
  eq,
  field,
  ge,
  gt,
  isConstant,
  le,
  lift,
  literal,
  load,
  lt,
  makeWord,
  multiply,
  ne,
  not,
  or,
  select,
  subtract,
  sum,
  withFields,
} from "../../src/ir/expression.ts";
import { initialState } from "../../src/ir/interpreter.ts";
import { inOldState } from "../../src/ir/old-state.ts";
import { bitsFor, bool, enumeration, formatValue, int, isLegal, rangeOf, word } from "../../src/ir/types.ts";
import { elementName, variable } from "../../src/ir/variable.ts";

const kind = enumeration("Kind", ["none", "present", "swap"]);
const page = int(0, 4, ["P0", "P1", "P2", "P3", "-"]);
const alike = { name: "pages", elements: ["P0", "P1"] };
const entry = word("Entry", { kind, page, write: bool, only: int(0, 0) });

const errors: readonly [
  what: string,
  make: () => unknown,
  error: typeof RangeError | typeof TypeError,
  text: RegExp,
][] = [
  ["a range of nothing", () => int(1, 0), RangeError, /not an integer range: 1\.\.0/],
  ["a range of fractions", () => int(0, 0.5), RangeError, /not an integer range/],
  ["a range beyond 2 ** 30", () => int(0, 2 ** 30 + 1), RangeError, /not an integer range/],
  ["a sum beyond 2 ** 30", () => add(place("big"), place("big")), RangeError, /not an integer range/],
  ["no literal", () => enumeration("Empty", []), RangeError, /literals of Empty/],
  ["a literal twice", () => enumeration("Twice", ["a", "a"]), RangeError, /literals of Twice must be distinct/],
  ["a field from 1", () => word("W", { one: int(1, 2) }), RangeError, /W\.one: a field's range starts at 0/],
  ["31 bits", () => word("W", { a: int(0, 2 ** 30 - 1), b: bool }), RangeError, /W needs 31 bits/],
  [
    "a word that may be 0 and name an element",
    () => word("W", { found: bool, element: int(0, 1, undefined, [{ set: alike, values: [0, 1] }]) }),
    RangeError,
    /W names elements of a scalarset: its first field has to be "valid"/,
  ],
  ["an unknown field", () => field(constant(0, entry), "pfn"), RangeError, /Entry has no field pfn/],
  ["a field of a number", () => field(constant(0), "kind"), TypeError, /not a word/],
  ["a field's value too large", () => makeWord(entry, { page: 5 }), RangeError, /Entry\.page takes 0\.\.4, not 5/],
  ["a value for no bits", () => makeWord(entry, { only: 1 }), RangeError, /Entry\.only takes 0\.\.0, not 1/],
  ["an unknown literal", () => eq(literal(kind, "none"), "presnt"), RangeError, /Kind has no literal "presnt"/],
  ["a text and a number", () => eq(constant(0), "none"), TypeError, /"none" stands beside a value/],
  ["bits of a negative number", () => bitAnd(place("small"), 1), RangeError, /& takes no negative values/],
  ["a start out of range", () => variable("v", bool, { initial: 2 }), RangeError, /v cannot start as 2/],
  ["a word with an illegal field", () => variable("v", entry, { initial: 3 }), RangeError, /v cannot start as 3/],
  ["too few starts", () => variable("v", bool, { dimensions: [ab], initial: [0] }), RangeError, /v has 2 elements/],
];

const ab = { name: "i", labels: ["a", "b"] };

function place(name: "big" | "small"): Expr {
  return load(variable(name, name === "big" ? int(0, 2 ** 30) : int(-2, 5)));
}

for (const [what, make, error, text] of errors) {
  test(`${what} is refused`, () => {
    assert.throws(make, (thrown) => thrown instanceof error && text.test(thrown.message));
  });
}

test("values are shown as labels and literals, and words by the fields that say something", () => {
  assert.deepEqual(
    [formatValue(int(2, 4, ["two", "three"]), 3), formatValue(int(2, 4, ["two", "three"]), 4), formatValue(bool, 1)],
    ["three", "4", "true"],
  );
  assert.deepEqual([formatValue(kind, 2), formatValue(kind, 3)], ["swap", "?3"]);
  const reads = (fields: Parameters<typeof makeWord>[1]): string => {
    const made = makeWord(entry, fields);
    return formatValue(entry, isConstant(made) ? made.value : Number.NaN);
  };
  assert.equal(reads({}), "none");
  assert.equal(reads({ kind: "present" }), "present page=P0 only=0");
  assert.equal(reads({ kind: "swap", page: 4, write: true }), "swap page=- write only=0");
  assert.equal(formatValue(word("Flags", { dirty: bool, young: bool }), 0), "-");
  assert.equal(formatValue(word("Flags", { dirty: bool, young: bool }), 3), "dirty young");
});

test("a value never equals an absent literal, and cannot take it", () => {
  const some = enumeration("Kind", ["none", "present"], ["swap"]);
  const value = load(variable("value", some));
  assert.deepEqual([eq(value, "swap"), ne("swap", value)], [constant(0, bool), constant(1, bool)]);
  assert.deepEqual([bitsFor(some), rangeOf(some)], [1, [0, 1]]);
  const holder = word("Entry", { kind: some });
  assert.throws(() => withFields(constant(0, holder), { kind: "swap" }), /Entry\.kind takes 0\.\.1/);
  assert.throws(() => enumeration("Kind", ["none", "swap"], ["swap"]), /literals of Kind must be distinct/);
  assert.throws(() => eq(value, "swop"), /Kind has no literal "swop"/);
});

test("a word's fields are side by side, and each stays in its range", () => {
  assert.deepEqual(
    entry.fields.map(({ shift, bits }) => [shift, bits]),
    [
      [0, 2],
      [2, 3],
      [5, 1],
      [6, 0],
    ],
  );
  assert.deepEqual([entry.bits, rangeOf(entry), bitsFor(entry)], [6, [0, 63], 6]);
  assert.deepEqual([isLegal(entry, 0b0_100_10), isLegal(entry, 0b0_101_10), isLegal(entry, 64)], [true, false, false]);
  assert.deepEqual(
    [isLegal(bool, 1), isLegal(bool, 2), isLegal(int(-1, 1), -1), isLegal(kind, 0.5)],
    [true, false, true, false],
  );
});

test("a word's fields can be read back after a change, and the other fields stay", () => {
  const old = load(variable("old", entry));
  const wanted = load(variable("wanted", page));
  const changed = withFields(old, { page: wanted, write: true });
  assert.equal(field(changed, "page"), wanted);
  assert.deepEqual(field(changed, "write"), constant(1, bool));
  assert.deepEqual(field(changed, "kind"), field(old, "kind"));
  assert.deepEqual(field(changed, "only"), constant(0, int(0, 0)));
});

test("elements are named by their labels, and the last dimension changes fastest", () => {
  const pte = variable("pte", bool, {
    dimensions: [
      { name: "mm", labels: ["parent", "child"] },
      { name: "va", labels: ["buf[0]", "buf[1]", "buf[2]"] },
    ],
  });
  assert.equal(pte.size, 6);
  assert.equal(elementName(pte, 1), "pte[parent][buf[1]]");
  assert.equal(elementName(pte, 5), "pte[child][buf[2]]");
  assert.equal(elementName(variable("scalar", bool), 0), "scalar");
});

test("an expression in the old state reads every variable there, indices included", () => {
  const i = variable("i", int(0, 1));
  const a = variable("a", entry, { dimensions: [ab] });
  const program = buildProgram({ variables: [i, a], events: [], actors: [] });
  const element = load(a, load(i));
  const exprs = [
    element,
    field(element, "page"),
    withFields(element, { page: load(i) }),
    select(not(load(i)), add(element, 1), load(i)),
  ];
  const old = Int32Array.of(1, 0, 0b0_010_01);
  const now = Int32Array.of(0, 0b0_100_10, 0);
  for (const expr of exprs)
    assert.equal(evaluate(program, inOldState(expr), now, { old }), evaluate(program, expr, old));
  const argument: Expr = { op: "argument", type: bool, position: 0 };
  assert.equal(evaluate(program, inOldState(and(argument, load(i))), now, { old, args: [1] }), 1);
  assert.throws(() => evaluate(program, inOldState(element), now), /the state before the step/);
});

const evenly = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat(max));

test("a value known while recording means the same as a value read from the state", () => {
  const known = [variable("n", int(0, 9)), variable("m", int(-3, 3)), variable("w", entry), variable("b", bool)];
  const program = buildProgram({ variables: known, events: [], actors: [] });
  const value = fc.tuple(
    fc.nat(9),
    fc.integer({ min: -3, max: 3 }),
    fc.nat(63).filter((w) => isLegal(entry, w)),
    fc.nat(1),
  );
  fc.assert(
    fc.property(value, fc.gen(), (values, g) => {
      const state = Int32Array.from(values);
      const pick = (max: number) => g(evenly, max - 1);
      /** An expression that reads the state, and the same one over constants. */
      type Both = readonly [read: Expr, folded: Expr];
      const both = (make: (...parts: Expr[]) => Expr, ...parts: Both[]): Both => [
        make(...parts.map(([read]) => read)),
        make(...parts.map(([, folded]) => folded)),
      ];
      const leaf = (which = pick(4)): Both => {
        const { type } = known[which]!;
        return [load(known[which]!), constant(values[which]!, type)];
      };
      const part = (depth: number): Both => {
        if (depth === 0) return leaf();
        const next = () => part(depth - 1);
        const small = () => both((x, n) => select(lt(x, 2), n, 2), next(), leaf(0));
        const makers: readonly (() => Both)[] = [
          () => both(add, next(), next()),
          () => both(subtract, next(), next()),
          () => both(multiply, leaf(), leaf()),
          () => both(bitAnd, small(), small()),
          () => both(bitOr, small(), small()),
          () => both(pickOf([eq, ne, lt, le, gt, ge]), next(), next()),
          () => both(pickOf([and, or]), next(), next(), next()),
          () => both(pickOf([and, or]), next()),
          () => both(not, next()),
          () => both((x) => not(not(x)), next()),
          () => both((...xs) => sum(xs), next(), next()),
          () => both(select, next(), next(), next()),
          () => both((w, n) => field(withFields(w, { page: bitAnd(n, 3), write: true }), "page"), leaf(2), small()),
          () => both((w, b) => field(withFields(w, { write: eq(b, 1) }), "kind"), leaf(2), next()),
          () => both((w) => field(w, "page"), leaf(2)),
        ];
        return makers[pick(makers.length)]!();
      };
      const pickOf = <T>(items: readonly T[]): T => items[pick(items.length)]!;
      const [read, folded] = part(3);
      const expected = evaluate(program, read, state);
      assert.ok(isConstant(folded, expected), `${JSON.stringify(folded)} is not ${expected}`);
      const [min, max] = rangeOf(read.type);
      assert.ok(min <= expected && expected <= max, `${expected} is not in ${min}..${max}`);
    }),
    { numRuns: 400, endOnFailure: true, includeErrorInReport: true },
  );
});

test("a field wider than its place is cut to its bits in every form of reading", () => {
  const wide = variable("wide", int(0, 100), { initial: 13 });
  const program = buildProgram({ variables: [wide], events: [], actors: [] });
  const state = initialState(program);
  const made = makeWord(entry, { page: load(wide) });
  assert.equal(evaluate(program, made, state), 5 << 2);
  assert.equal(evaluate(program, field(made, "page"), state), 5);
});

test("plain values become expressions of the type that is expected", () => {
  assert.deepEqual(lift("swap", kind), literal(kind, "swap"));
  assert.deepEqual(lift(true), constant(1, bool));
  assert.deepEqual(
    [and(), or(), sum([])].map((expr) => isConstant(expr) && expr.value),
    [1, 0, 0],
  );
});
