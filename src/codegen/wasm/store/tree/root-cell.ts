/**
 * The arithmetic of roots. A root is the pair of the numbers of a state's parts, a key of `keyBits` bits. A bijection on
 * these bits spreads the keys. The spread keys share out the cells of the table in their order: in a table of n cells, the
 * home of a key k is k * n / 2^keyBits, rounded down. The number of smaller keys with the same home is its remainder, which
 * is in the cell. Beside it the cell has one more than its displacement, which is how many slots after its home it is. So a
 * cell of 32 bits and its slot determine the key, although the cell has no room for it, and a cell in use is never 0
 * (Cleary, "Compact hash tables using bidirectional linear probing", IEEE Transactions on Computers C-33 (9), 1984; here
 * with plain linear probing and displacements instead of bits that mark runs).
 */
import { mostDisplacementBits } from "../../../../memory/tree-plan.ts";
import {
  add,
  after,
  and,
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
import { type FunctionScope, type Global, type ModuleBuilder, setGlobal } from "../../encoder/module-builder.ts";

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

/** What the size of a table decides. A table has q * 2^e entries, and q is 4, 5, 6 or 7. So it can grow by a quarter or less. */
const sizeNames = ["factor", "inverse", "below", "shift", "displacements"] as const;

export interface RootSize {
  /** q, and what a number is multiplied by to divide it by q. */
  readonly factor: I32;
  readonly inverse: I32;
  /** How many bits of a key times q are below those of its home: at most 27. */
  readonly below: I32;
  /** The lowest bit of the remainder in a cell. */
  readonly shift: I32;
  /** The bits of a cell that are below its remainder. */
  readonly displacements: I32;
}

/** The size of an instance's table. */
export interface CurrentSize extends RootSize {
  readonly become: (entries: I32) => readonly Effect[];
}

export function currentSize(builder: ModuleBuilder, keyBits: number): CurrentSize {
  const [factor, inverse, below, shift, displacements] = sizeNames.map(() => builder.variable()) as VariablesOfSize;
  const most = i32(mostDisplacementBits);
  return {
    factor,
    inverse,
    below,
    shift,
    displacements,
    become: (entries) => [
      // The scale e, for the moment.
      setGlobal(below, sub(i32(29), leadingZeros(entries))),
      setGlobal(factor, shrU(entries, below)),
      setGlobal(inverse, inverseOfFactor(factor)),
      setGlobal(below, sub(i32(keyBits), below)),
      // A remainder has two bits less than `below`, because q is at least 4.
      setGlobal(shift, sub(i32(34), below)),
      setGlobal(shift, select(shift, most, ltS(shift, most))),
      setGlobal(displacements, sub(shl(i32(1), shift), i32(1))),
    ],
  };
}

type VariablesOfSize = [Global<"i32">, Global<"i32">, Global<"i32">, Global<"i32">, Global<"i32">];

/** A size that stays when the table gets another one. */
export function keptSize(size: RootSize, scope: FunctionScope): RootSize & { readonly keep: readonly Effect[] } {
  const locals = sizeNames.map((name) => [name, scope.local("i32")] as const);
  const kept = Object.fromEntries(locals) as unknown as RootSize;
  return { ...kept, keep: locals.map(([name, local]) => set(local, size[name])) };
}

/** The address of the home of a key. */
export function homeOf(tableAt: number, spreadKey: I64, { factor, below }: RootSize): I32 {
  return addressOfSlot(tableAt, wrap(shrU(mul(spreadKey, extendU(factor)), extendU(below))));
}

export function addressOfSlot(tableAt: number, slot: I32): I32 {
  return add(i32(tableAt), shl(slot, i32(2)));
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
 * A number less than 2^30, divided by q. To multiply by the inverse is faster. The product is too large by less than 2^30,
 * an eighth of 2^33, and a quotient that is not whole lacks at least a seventh.
 */
function divided(number: I32, { inverse }: RootSize): I32 {
  return wrap(shrU(mul(extendU(number), extendU(inverse)), i64(33n)));
}

/** 2^33 / q, rounded down, plus one. */
function inverseOfFactor(factor: I32): I32 {
  const inverse = (q: number): I32 => i32(Math.floor(2 ** 33 / q) + 1);
  const has = (bit: number): I32 => and(factor, i32(bit));
  return select(select(inverse(7), inverse(5), has(2)), select(inverse(6), inverse(4), has(2)), has(1));
}
