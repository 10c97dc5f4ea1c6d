/** Reading and replacing fields of a packed state, at known and at computed positions. */
import { type ArrayField, type Field, maskOf } from "../../../ir/layout.ts";
import {
  add,
  and,
  type Effect,
  eq,
  i32,
  type Local,
  mul,
  or,
  select,
  set,
  shl,
  shrU,
  sub,
  type Value,
  when,
  xor,
} from "../encoder/instructions.ts";
import type { FunctionScope } from "../encoder/module-builder.ts";

/** How to read the words of a packed state. */
export interface WordSource {
  word(index: number): Value<"i32">;
}

/** Words in locals, so that they can be replaced. */
export interface WordLocals extends WordSource {
  word(index: number): Local<"i32">;
}

export function readField(from: WordSource, field: Field): Value<"i32"> {
  if (field.bits === 0) return i32(field.min);
  return withMin(cut(shiftedDown(from.word(field.word), field.shift), field.bits, field.shift), field.min);
}

/** The element at `position`, which must be in a local and in range. Out of range the result is undefined. */
export function readElement(from: WordSource, array: ArrayField, position: Local<"i32">): Value<"i32"> {
  if (array.bits === 0) return i32(array.min);
  const word = wordOfElement(from, array, position);
  return withMin(and(shrU(word, elementShift(array, position)), i32(maskOf(array.bits))), array.min);
}

/** `value` must be in the field's range. */
export function writeField(to: WordLocals, field: Field, value: Value<"i32">, constant?: number): readonly Effect[] {
  if (field.bits === 0) return [];
  const word = to.word(field.word);
  if (field.bits === 32) return [set(word, sub(value, i32(field.min)))];
  const cleared = and(word, i32(~(maskOf(field.bits) << field.shift)));
  if (constant !== undefined) {
    const bits = (constant - field.min) << field.shift;
    return [set(word, bits === 0 ? cleared : or(cleared, i32(bits)))];
  }
  const bits = field.min === 0 ? value : sub(value, i32(field.min));
  return [set(word, or(cleared, field.shift === 0 ? bits : shl(bits, i32(field.shift))))];
}

/** `position` must be in range. If the array takes several words, only the right one is replaced. */
export function writeElement(
  to: WordLocals,
  array: ArrayField,
  position: Local<"i32">,
  value: Value<"i32">,
  scope: FunctionScope,
): readonly Effect[] {
  if (array.bits === 0) return [];
  const shift = scope.local("i32");
  const bits = scope.local("i32");
  const effects: Effect[] = [set(shift, elementShift(array, position)), set(bits, sub(value, i32(array.min)))];
  const replace = (word: Local<"i32">): Effect => {
    const difference = and(xor(shrU(word, shift), bits), i32(maskOf(array.bits)));
    return set(word, xor(word, shl(difference, shift)));
  };
  if (array.words === 1) return [...effects, replace(to.word(array.word))];
  const at = scope.local("i32");
  effects.push(set(at, shrU(position, i32(Math.log2(array.perWord)))));
  for (let i = 0; i < array.words; i++) effects.push(when(eq(at, i32(i)), [replace(to.word(array.word + i))]));
  return effects;
}

function wordOfElement(from: WordSource, array: ArrayField, position: Local<"i32">): Value<"i32"> {
  let word: Value<"i32"> = from.word(array.word);
  for (let i = 1; i < array.words; i++) {
    const at = shrU(position, i32(Math.log2(array.perWord)));
    word = select(from.word(array.word + i), word, eq(at, i32(i)));
  }
  return word;
}

/** A shift count. WebAssembly takes it modulo 32, so a position out of range does no harm. */
function elementShift(array: ArrayField, position: Value<"i32">): Value<"i32"> {
  const within = array.words === 1 ? position : and(position, i32(array.perWord - 1));
  const log2 = Math.log2(array.bits);
  const scaled =
    array.bits === 1 ? within : Number.isInteger(log2) ? shl(within, i32(log2)) : mul(within, i32(array.bits));
  return array.shift === 0 ? scaled : add(scaled, i32(array.shift));
}

function shiftedDown(word: Value<"i32">, shift: number): Value<"i32"> {
  return shift === 0 ? word : shrU(word, i32(shift));
}

/** A field that reaches the top of its word needs no mask. */
function cut(shifted: Value<"i32">, bits: number, shift: number): Value<"i32"> {
  return bits + shift === 32 ? shifted : and(shifted, i32(maskOf(bits)));
}

function withMin(value: Value<"i32">, min: number): Value<"i32"> {
  return min === 0 ? value : add(value, i32(min));
}
