/** src/ir/symmetry.ts `canonicalState`, on packed states. A permutation is kept as 4 bits for each element. */
import type { Layout } from "../../../ir/layout.ts";
import { at } from "../../../ir/lookup.ts";
import type { SymmetricUse, Symmetry } from "../../../ir/program.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  and,
  type Effect,
  eq,
  extendU,
  geU,
  i32,
  i64,
  increase,
  type Local,
  ltU,
  mul,
  ne,
  or,
  select,
  set,
  shl,
  shrU,
  sub,
  type Value,
  when,
  wrap,
  xor,
} from "../encoder/instructions.ts";
import { callEffect, type FunctionRef, type FunctionScope, type ModuleBuilder } from "../encoder/module-builder.ts";
import { readField, type WordLocals, writeField } from "./packed-words.ts";
import { copyUntouched, touchedWords } from "./word-locals.ts";

interface Form {
  readonly scope: FunctionScope;
  readonly layout: Layout;
  readonly words: WordLocals;
}

/** `(from, to)`: writes the canonical form of the state at `from`. Throws a RangeError if a symmetry is too large. */
export function canonicalForm(builder: ModuleBuilder, layout: Layout, symmetries: readonly Symmetry[]): FunctionRef {
  for (const { size } of symmetries)
    if (size > mostElements)
      throw new RangeError(`a symmetry of ${size} elements, and the canonical form has room for ${mostElements}`);
  return builder.func(
    ["i32", "i32"],
    undefined,
    ([from, to], scope) => {
      const touched = touchedWords(scope, from);
      const form: Form = { scope, layout, words: touched.words };
      const body = symmetries.flatMap((symmetry) => {
        const map = scope.local("i64");
        const find =
          symmetry.actors !== undefined ? sortElements(form, symmetry, map) : nameElements(form, symmetry, map);
        return [...find, when(ne(map, i64(identityOf(symmetry))), permute(form, symmetry, map))];
      });
      return [...touched.load(), ...body, ...touched.store(to), ...copyUntouched(layout.words, touched, from, to)];
    },
    "canonical",
  );
}

/** Writes the canonical form of a successor to its place in the batch. */
export function canonise(
  { successorsIn, canonicalIn }: MemoryPlan,
  canonical: FunctionRef | undefined,
  at: Value<"i32">,
): readonly Effect[] {
  return canonical === undefined ? [] : [callEffect(canonical, sub(at, i32(canonicalIn - successorsIn)), at)];
}

const elementBits = 4;
/** Means "no element" in a map. */
const none = 2 ** elementBits - 1;
const mostEntries = 64 / elementBits;
/** No element has the number that means "no element". */
const mostElements = none;

function identityOf({ size }: Symmetry): bigint {
  return packed(Array.from({ length: size }, (_, element) => element));
}

/** Packs small numbers into four bits each. The remaining bits are ones. Throws a RangeError if they have no room. */
function packed(numbers: readonly number[]): bigint {
  if (numbers.length > mostEntries || numbers.some((number) => number > none))
    throw new RangeError(`the canonical form has no room for the values ${numbers.join(", ")}`);
  return numbers.reduce(
    (all, number, i) => {
      const shift = BigInt(elementBits * i);
      return all ^ (BigInt(none ^ number) << shift);
    },
    2n ** 64n - 1n,
  );
}

function entry(map: Value<"i64">, element: Value<"i32">): Value<"i32"> {
  return and(wrap(shrU(map, extendU(shl(element, i32(2))))), i32(none));
}

/**
 * The new position of an element is the number of elements with a smaller key, or with the same key and a smaller
 * number.
 */
function sortElements(
  { scope, layout, words }: Form,
  { size, sortBy }: Symmetry,
  map: Local<"i64">,
): readonly Effect[] {
  const elements = Array.from({ length: size }, (_, element) => element);
  const keys = elements.map(() => scope.local("i64"));
  const places = elements.map(() => scope.local("i32"));
  const effects: Effect[] = [];
  for (const element of elements) {
    const key = at(keys, element);
    effects.push(set(key, i64(0n)), set(at(places, element), i32(0)));
    for (const row of sortBy) {
      const { bits, min, ...place } = at(layout.fields, at(row, element));
      const value = extendU(readField(words, { ...place, bits, min: 0 }));
      effects.push(set(key, or(shl(key, i64(BigInt(bits))), value)));
    }
  }
  const greater = scope.local("i32");
  for (const right of elements)
    for (const left of elements.slice(0, right))
      effects.push(
        set(greater, geU(at(keys, right), at(keys, left))),
        increase(at(places, right), greater),
        increase(at(places, left), xor(greater, i32(1))),
      );
  effects.push(set(map, i64(2n ** 64n - 1n)));
  for (const element of elements) {
    const difference = extendU(xor(at(places, element), i32(none)));
    effects.push(set(map, xor(map, shl(difference, i64(BigInt(elementBits * element))))));
  }
  return effects;
}

/** Elements are numbered in the order in which the state names them. Elements that it does not name come last. */
function nameElements(form: Form, { size, uses }: Symmetry, map: Local<"i64">): readonly Effect[] {
  const next = form.scope.local("i32");
  const element = form.scope.local("i32");
  const name = when(eq(entry(map, element), i32(none)), [
    set(map, xor(map, shl(extendU(xor(next, i32(none))), extendU(shl(element, i32(2)))))),
    increase(next, i32(1)),
  ]);
  return [
    set(map, i64(2n ** 64n - 1n)),
    set(next, i32(0)),
    ...uses.flatMap((use) => ifElement(form, use, size, element, () => [name])),
    ...Array.from({ length: size }, (_, unnamed) => unnamed).flatMap((unnamed) => [set(element, i32(unnamed)), name]),
  ];
}

/** Runs code with the element that the slot holds, if it holds one. */
function ifElement(
  { scope, layout, words }: Form,
  use: SymmetricUse,
  size: number,
  element: Local<"i32">,
  then: (whole: Local<"i32">) => readonly Effect[],
): readonly Effect[] {
  const whole = scope.local("i32");
  const { field } = use;
  const part = field === undefined ? whole : and(shrU(whole, i32(field.shift)), i32(2 ** field.bits - 1));
  const number = elementOf(use, part, (field ?? at(layout.fields, use.slot)).bits);
  const held = [set(element, number), when(ltU(element, i32(size)), then(whole))];
  return [
    set(whole, readField(words, at(layout.fields, use.slot))),
    ...(field === undefined ? held : [when(whole, held)]),
  ];
}

/** The element that a value of so many bits stands for, or a number that no element has. */
function elementOf(use: SymmetricUse, value: Value<"i32">, bits: number): Value<"i32"> {
  const first = firstOf(use);
  if (first !== undefined) return first === 0 ? value : sub(value, i32(first));
  const found = entry(i64(packed(elementsByValue(use))), value);
  return bits <= elementBits ? found : select(found, i32(none), ltU(value, i32(mostEntries)));
}

/** The first value if the values count up by one; otherwise undefined, and then all values are small. */
function firstOf({ values }: SymmetricUse): number | undefined {
  const [first = 0] = values;
  return values.every((value, element) => value === first + element) ? first : undefined;
}

function elementsByValue({ values }: SymmetricUse): readonly number[] {
  return Array.from({ length: Math.max(...values) + 1 }, (_, value) => {
    const element = values.indexOf(value);
    return element < 0 ? none : element;
  });
}

function permute(form: Form, symmetry: Symmetry, map: Local<"i64">): readonly Effect[] {
  const { scope, layout, words } = form;
  const element = scope.local("i32");
  const places = Array.from({ length: symmetry.size }, () => scope.local("i32"));
  const effects: Effect[] = places.map((place, number) => set(place, entry(map, i32(number))));

  for (const row of symmetry.rows) {
    if (row.every((slot) => at(layout.fields, slot).bits === 0)) continue;
    const values = row.map(() => scope.local("i32"));
    for (const [number, slot] of row.entries())
      effects.push(set(at(values, number), readField(words, at(layout.fields, slot))));
    for (const [target, slot] of row.entries()) {
      const moved = values.reduce<Value<"i32">>(
        (other, value, number) => select(value, other, eq(at(places, number), i32(target))),
        i32(0),
      );
      effects.push(...writeField(words, at(layout.fields, slot), moved));
    }
  }
  for (const use of symmetry.uses) {
    const first = firstOf(use);
    const place = entry(map, element);
    const value =
      first === undefined ? entry(i64(packed(use.values)), place) : first === 0 ? place : add(place, i32(first));
    effects.push(
      ...ifElement(form, use, symmetry.size, element, (whole) => {
        const field = at(layout.fields, use.slot);
        if (use.field === undefined) return writeField(words, field, value);
        const { shift, bits } = use.field;
        const cleared = and(whole, i32(~((2 ** bits - 1) << shift)));
        return writeField(words, field, or(cleared, mul(value, i32(2 ** shift))));
      }),
    );
  }
  return effects;
}
