/**
 * The packed form of a state: a few 32-bit words in which every slot takes only the bits that its range needs. A field
 * holds `value - min` and never straddles two words, so reading a field is a shift and a mask.
 */
import { at } from "./lookup.ts";
import { firstSlot, type Program } from "./program.ts";
import type { Variable } from "./variable.ts";

/** The position of one slot. A field of no bits always holds `min`. */
export interface Field {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  readonly min: number;
}

/**
 * The position of an array. It is regular, so that a computed index needs only arithmetic: element `i` takes `bits`
 * bits of word `word + (i >>> log2PerWord)` from bit `shift + (i & (perWord - 1)) * bits`. For an array in a single
 * word, `perWord` is its size; for an array in several words, it is a power of two.
 */
export interface ArrayField extends Field {
  readonly size: number;
  readonly perWord: number;
  readonly words: number;
}

export interface Layout {
  /** 32-bit words of a packed state; at least one. */
  readonly words: number;
  /** Bits that carry information. */
  readonly bits: number;
  /** By slot. */
  readonly fields: readonly Field[];
  /** By variable, for variables of more than one element. */
  readonly arrays: ReadonlyMap<Variable, ArrayField>;
}

type Shape = Pick<Program, "slots" | "variables" | "slotOf">;

/**
 * Something to place: `words` words with the same `bits` bits free in each of them, and fewer bits (`last`) in the last
 * one.
 */
interface Item {
  readonly words: number;
  readonly bits: number;
  readonly last: number;
  readonly place: (word: number, shift: number) => void;
}

export function layoutOf(program: Shape): Layout {
  const fields: Field[] = [];
  const arrays = new Map<Variable, ArrayField>();
  const items: Item[] = [];
  let bits = 0;

  const inArray = new Set<number>();
  for (const variable of program.variables) {
    if (variable.size === 1) continue;
    const first = firstSlot(program, variable);
    for (let element = 0; element < variable.size; element++) inArray.add(first + element);
    const { min, bits: width } = widthOf(program, first);
    const perWord = elementsPerWord(variable.size, width);
    const words = Math.ceil(variable.size / perWord);
    const inLast = variable.size - (words - 1) * perWord;
    bits += width * variable.size;
    items.push({
      words,
      bits: perWord * width,
      last: inLast * width,
      place(word, shift) {
        arrays.set(variable, { word, shift, bits: width, min, size: variable.size, perWord, words });
        for (let element = 0; element < variable.size; element++) {
          const own = word + Math.floor(element / perWord);
          fields[first + element] = { word: own, shift: shift + (element % perWord) * width, bits: width, min };
        }
      },
    });
  }
  for (const slot of program.slots.keys()) {
    if (inArray.has(slot)) continue;
    const { min, bits: width } = widthOf(program, slot);
    bits += width;
    items.push({
      words: 1,
      bits: width,
      last: width,
      place(word, shift) {
        fields[slot] = { word, shift, bits: width, min };
      },
    });
  }

  return { words: Math.max(1, placeAll(items)), bits, fields, arrays };
}

function widthOf(program: Shape, slot: number): { min: number; bits: number } {
  const { min, max } = at(program.slots, slot);
  return { min, bits: max === min ? 0 : 32 - Math.clz32(max - min) };
}

function elementsPerWord(size: number, width: number): number {
  if (size * width <= 32) return size;
  let perWord = 1;
  while (perWord * 2 * width <= 32) perWord *= 2;
  return perWord;
}

/**
 * First-fit decreasing: the widest item first, and each in the first place where it fits. Arrays of several words come
 * before all others, because they are the hardest to place; single fields then fill the gaps. Returns the number of
 * words.
 */
function placeAll(items: readonly Item[]): number {
  const used: number[] = [];
  const order = [...items].sort((a, b) => b.words - a.words || b.bits - a.bits);
  for (const item of order) {
    if (item.bits === 0) {
      item.place(0, 0);
      continue;
    }
    const [word, shift] = firstFit(used, item);
    for (let i = 0; i < item.words; i++) {
      const width = i === item.words - 1 ? item.last : item.bits;
      used[word + i] = (used[word + i] ?? 0) | (maskOf(width) << shift);
    }
    item.place(word, shift);
  }
  return used.length;
}

function firstFit(used: readonly number[], item: Item): readonly [word: number, shift: number] {
  for (let word = 0; ; word++) {
    for (let shift = 0; shift + item.bits <= 32; shift++) {
      let free = true;
      for (let i = 0; i < item.words && free; i++) {
        const width = i === item.words - 1 ? item.last : item.bits;
        free = ((used[word + i] ?? 0) & (maskOf(width) << shift)) === 0;
      }
      if (free) return [word, shift];
    }
  }
}

/** A mask of the lowest `bits` bits, as an unsigned number. */
export function maskOf(bits: number): number {
  return bits === 32 ? 0xffffffff : 2 ** bits - 1;
}

/** Packs a working state. Every value must be in its slot's range. */
export function pack(
  layout: Layout,
  slots: Int32Array,
  into: Uint32Array = new Uint32Array(layout.words),
): Uint32Array {
  into.fill(0);
  for (const [slot, field] of layout.fields.entries()) {
    into[field.word] = at(into, field.word) | ((at(slots, slot) - field.min) << field.shift);
  }
  return into;
}

/** The working state of a packed state. */
export function unpack(
  layout: Layout,
  words: Uint32Array,
  into: Int32Array = new Int32Array(layout.fields.length),
): Int32Array {
  for (const [slot, field] of layout.fields.entries()) {
    into[slot] = ((at(words, field.word) >>> field.shift) & maskOf(field.bits)) + field.min;
  }
  return into;
}
