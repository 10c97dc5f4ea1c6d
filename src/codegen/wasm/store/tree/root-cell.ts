/**
 * The arithmetic of roots. A root is the pair of the numbers of a state's parts, a key of `keyBits` bits. A bijection on
 * these bits spreads the keys. The spread keys share out the cells of the table in their order: in a table of n cells, the
 * home of a key k is k * n / 2^keyBits, rounded down. The number of smaller keys with the same home is its remainder, which
 * is in the cell. Beside it the cell has one more than its displacement, which is how many slots after its home it is. So a
 * cell of 32 or 16 bits and its slot determine the key, although the cell has no room for it, and a cell in use is never 0
 * (Cleary, "Compact hash tables using bidirectional linear probing", IEEE Transactions on Computers C-33 (9), 1984; here
 * with plain linear probing and displacements instead of bits that mark runs).
 */
import { mostDisplacementBits } from "../../../../memory/root-shape.ts";
import {
  add,
  after,
  and,
  divU,
  type Effect,
  eqz,
  extendU,
  i32,
  i64,
  type Local,
  leadingZeros,
  ltS,
  mul,
  or,
  select,
  set,
  shl,
  shrU,
  sub,
  type Value,
  wrap,
  xor,
} from "../../encoder/instructions.ts";
import { type FunctionScope, type ModuleBuilder, setGlobal } from "../../encoder/module-builder.ts";
import type { RootCells } from "./root-cells.ts";

type I32 = Value<"i32">;
type I64 = Value<"i64">;

const multipliers = [0x9e3779b97f4a7c15n, 0xbf58476d1ce4e5b9n] as const;

/** How many bits keys have, in the forms in which the code needs it. */
export interface KeyWidth {
  readonly bits: I32;
  /** At least half of the bits. */
  readonly half: I64;
  /** 2^bits - 1. */
  readonly mask: I64;
}

/** A width that is known when the code is made. */
export function fixedWidth(keyBits: number): KeyWidth {
  return {
    bits: i32(keyBits),
    half: i64(BigInt(Math.ceil(keyBits / 2))),
    mask: i64(2n ** BigInt(keyBits) - 1n),
  };
}

/** Each step can be undone: a shift by at least half of the bits, and a product with an odd number modulo 2^bits. */
export function spread(key: Local<"i64">, width: KeyWidth): readonly Effect[] {
  return [folded(key, width), ...multipliers.flatMap((factor) => [multiplied(key, factor, width), folded(key, width)])];
}

/** Undoes `spread`. */
export function gathered(key: Local<"i64">, width: KeyWidth): readonly Effect[] {
  const inverses = multipliers.map(inverseOf).reverse();
  return [...inverses.flatMap((factor) => [folded(key, width), multiplied(key, factor, width)]), folded(key, width)];
}

function folded(key: Local<"i64">, { half }: KeyWidth): Effect {
  return set(key, xor(key, shrU(key, half)));
}

function multiplied(key: Local<"i64">, factor: bigint, { mask }: KeyWidth): Effect {
  return set(key, and(mul(key, i64(factor)), mask));
}

/** Of an odd number modulo 2^64. Each round of Newton's iteration doubles the number of right bits. */
function inverseOf(factor: bigint): bigint {
  let inverse = factor;
  for (let bits = 3; bits < 64; bits *= 2) inverse = BigInt.asUintN(64, inverse * (2n - factor * inverse));
  return BigInt.asIntN(64, inverse);
}

/**
 * What the size of a table decides. A table has q * 2^e entries, and q is from 8 to 15. So it can grow by an eighth or less.
 */
export interface RootSize {
  readonly factor: I32;
  /** What a number is multiplied by to divide it by q. */
  readonly inverse: I64;
  /** How many bits of a key times q are below those of its home: at most 28. */
  readonly below: I32;
  /** The lowest bit of the remainder in a cell. */
  readonly shift: I32;
  /** The bits of a cell that are below its remainder. */
  readonly displacements: I32;
  readonly cells: RootCells;
}

/** The size of an instance's table. */
export interface CurrentSize extends RootSize {
  readonly become: (entries: I32) => readonly Effect[];
}

export function currentSize(builder: ModuleBuilder, { bits }: KeyWidth, cells: RootCells): CurrentSize {
  const [factor, below] = [builder.variable(), builder.variable()];
  const [shift, displacements] = [builder.variable(), builder.variable()];
  const inverse = builder.longVariable();
  const most = i32(mostDisplacementBits);
  return {
    factor,
    inverse,
    below,
    shift,
    displacements,
    cells,
    become: (entries) => [
      // The scale e, for the moment.
      setGlobal(below, sub(i32(28), leadingZeros(entries))),
      setGlobal(factor, shrU(entries, below)),
      setGlobal(inverse, add(divU(i64(2n ** inverseScale), extendU(factor)), i64(1n))),
      setGlobal(below, sub(bits, below)),
      // A remainder has three bits less than `below`, because q is at least 8.
      setGlobal(shift, sub(add(shl(i32(8), cells.log2), i32(3)), below)),
      setGlobal(shift, select(shift, most, ltS(shift, most))),
      setGlobal(displacements, sub(shl(i32(1), shift), i32(1))),
    ],
  };
}

/** A size that stays when the table gets another one. */
export function keptSize(size: RootSize, scope: FunctionScope): RootSize & { readonly keep: readonly Effect[] } {
  const [factor, below] = [scope.local("i32"), scope.local("i32")];
  const [shift, displacements] = [scope.local("i32"), scope.local("i32")];
  const inverse = scope.local("i64");
  return {
    factor,
    inverse,
    below,
    shift,
    displacements,
    cells: size.cells,
    keep: [
      set(factor, size.factor),
      set(inverse, size.inverse),
      set(below, size.below),
      set(shift, size.shift),
      set(displacements, size.displacements),
    ],
  };
}

/** The address of the home of a key. */
export function homeOf(tableAt: number, spreadKey: I64, { factor, below, cells }: RootSize): I32 {
  return cells.at(tableAt, wrap(shrU(mul(spreadKey, extendU(factor)), extendU(below))));
}

/** The cell of a key at its home. One slot further it is one more. */
export function cellAtHome(spreadKey: I64, size: RootSize): I32 {
  const { factor, below, shift } = size;
  const rest = and(wrap(mul(spreadKey, extendU(factor))), sub(shl(i32(1), below), i32(1)));
  return or(shl(divided(rest, size), shift), i32(1));
}

/** Whether the displacement of a cell that was counted up did not fit: it has carried into the remainder. */
export function hasOverflowed(cell: I32, { displacements }: RootSize): I32 {
  return eqz(and(cell, displacements));
}

/**
 * The spread key of the cell at a slot: the least key with this home, and as many more as the remainder says. `home` and `whole`
 * are set here.
 */
export function keyOfCell(cell: I32, slot: I32, size: RootSize, home: Local<"i32">, whole: Local<"i32">): I64 {
  const { factor, below, shift, displacements } = size;
  const part = sub(home, mul(whole, factor));
  const least = divided(add(shl(part, below), sub(factor, i32(1))), size);
  return after(
    [set(home, sub(slot, sub(and(cell, displacements), i32(1)))), set(whole, divided(home, size))],
    add(shl(extendU(whole), extendU(below)), extendU(add(least, shrU(cell, shift)))),
  );
}

/**
 * A number less than q * 2^28, divided by q. To multiply by the inverse is faster. The inverse is too large by at most 1, so
 * the quotient by less than q / 2^8, and that is less than 1 / q. A quotient that is not whole lacks at least 1 / q. The
 * product has at most 64 bits: the number is at most (q - 1) * (2^28 + 1), or a home, and less than 2^31.
 */
function divided(number: I32, { inverse }: RootSize): I32 {
  return wrap(shrU(mul(extendU(number), inverse), i64(inverseScale)));
}

/** The inverse of q is 2^36 / q, rounded down, plus one. */
const inverseScale = 36n;
