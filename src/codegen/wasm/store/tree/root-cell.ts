/**
 * The arithmetic of roots. A root is the pair of the numbers of a state's parts, a key of `keyBits` bits. A bijection on
 * these bits spreads the keys. The low n bits of the spread key are its home in a table of 2^n cells of 32 bits, and the
 * other bits, its remainder, are in the cell. Beside the remainder the cell has one more than its displacement, which is
 * how many slots after its home it is. So a cell and its slot determine the key, although the cell has no room for it,
 * and a cell in use is never 0 (Cleary, "Compact hash tables using bidirectional linear probing", IEEE Transactions on
 * Computers C-33 (9), 1984; here with plain linear probing and displacements instead of bits that mark runs).
 *
 * `mask` is the table's size minus one.
 */
import {
  add,
  and,
  type Effect,
  eqz,
  extendU,
  i32,
  i64,
  type Local,
  leadingZeros,
  mul,
  or,
  set,
  shl,
  shrU,
  sub,
  type Value,
  wrap,
  xor,
} from "../../encoder/instructions.ts";

type I32 = Value<"i32">;
type I64 = Value<"i64">;

const multipliers = [0x9e3779b97f4a7c15n, 0xbf58476d1ce4e5b9n] as const;

/** Each step can be undone: a shift by at least half of the bits, and a product with an odd number modulo 2^keyBits. */
export function spread(key: Local<"i64">, keyBits: number): readonly Effect[] {
  return [
    folded(key, keyBits),
    ...multipliers.flatMap((factor) => [multiplied(key, factor, keyBits), folded(key, keyBits)]),
  ];
}

/** Undoes `spread`. */
export function gathered(key: Local<"i64">, keyBits: number): readonly Effect[] {
  const inverses = multipliers.map(inverseOf).reverse();
  return [
    ...inverses.flatMap((factor) => [folded(key, keyBits), multiplied(key, factor, keyBits)]),
    folded(key, keyBits),
  ];
}

function folded(key: Local<"i64">, keyBits: number): Effect {
  return set(key, xor(key, shrU(key, i64(BigInt(Math.ceil(keyBits / 2))))));
}

function multiplied(key: Local<"i64">, factor: bigint, keyBits: number): Effect {
  return set(key, and(mul(key, i64(factor)), i64(2n ** BigInt(keyBits) - 1n)));
}

/** Of an odd number modulo 2^64. Each round of Newton's iteration doubles the number of right bits. */
function inverseOf(factor: bigint): bigint {
  let inverse = factor;
  for (let bits = 3; bits < 64; bits *= 2) inverse = BigInt.asUintN(64, inverse * (2n - factor * inverse));
  return BigInt.asIntN(64, inverse);
}

/** How many bits of a spread key choose its home. */
export function homeBits(mask: I32): I32 {
  return sub(i32(32), leadingZeros(mask));
}

/** The lowest bit of the remainder in a cell. */
export function remainderShift(mask: I32, keyBits: number): I32 {
  return sub(i32(64 - keyBits), leadingZeros(mask));
}

export function homeOf(tableAt: number, spreadKey: I64, mask: I32): I32 {
  return add(i32(tableAt), shl(and(wrap(spreadKey), mask), i32(2)));
}

/** The cell of a key at its home. One slot further it is one more. */
export function cellAtHome(spreadKey: I64, homes: I32, shift: I32): I32 {
  return or(shl(wrap(shrU(spreadKey, extendU(homes))), shift), i32(1));
}

/** Whether the displacement of a cell that was counted up did not fit: it has carried into the remainder. */
export function hasOverflowed(cell: I32, displacements: I32): I32 {
  return eqz(and(cell, displacements));
}

/** The bits of a cell that are below its remainder. */
export function displacementMask(shift: I32): I32 {
  return sub(shl(i32(1), shift), i32(1));
}

/** The spread key of the cell at a slot. */
export function keyOfCell(cell: I32, slot: I32, mask: I32, keyBits: number): I64 {
  const shift = remainderShift(mask, keyBits);
  const displacement = sub(and(cell, displacementMask(shift)), i32(1));
  const home = and(sub(slot, displacement), mask);
  return or(shl(extendU(shrU(cell, shift)), extendU(homeBits(mask))), extendU(home));
}
