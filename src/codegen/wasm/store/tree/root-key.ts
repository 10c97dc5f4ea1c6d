/** The pair of numbers of a state's parts: its root. It is all that memory has of a state, and is spread as a key. */
import { control } from "../../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { pairBytes } from "../../../../memory/tree-plan.ts";
import {
  add,
  and,
  type Effect,
  extendU,
  i32,
  i64,
  load32,
  or,
  shl,
  shrU,
  store32,
  store64,
  sub,
  type Value,
} from "../../encoder/instructions.ts";
import { type ModuleBuilder, setGlobal } from "../../encoder/module-builder.ts";
import { callMeeting } from "./part-table.ts";
import { fixedWidth, type KeyWidth } from "./root-cell.ts";

type I32 = Value<"i32">;
type I64 = Value<"i64">;

export function keyBitsOf({ store: { partBits } }: MemoryPlan<"tree">): number {
  return 2 * partBits;
}

/** How many bits a key has, and how many of them, the low ones, are for the number of the left part. */
export interface KeyShape extends KeyWidth {
  readonly leftBits: I64;
}

/** All numbers of parts that the plan allows have room. */
export function fixedShape(plan: MemoryPlan<"tree">): KeyShape {
  return { ...fixedWidth(keyBitsOf(plan)), leftBits: i64(BigInt(plan.store.partBits)) };
}

/** A shape that changes with the table. `update` takes the one that the control words have. */
export interface ChangingShape extends KeyShape {
  readonly narrow: I32;
  readonly update: readonly Effect[];
}

export function changingShape(builder: ModuleBuilder): ChangingShape {
  const [bits, narrow] = [builder.variable(), builder.variable()];
  const [half, mask, leftBits] = [builder.longVariable(), builder.longVariable(), builder.longVariable()];
  return {
    bits,
    half,
    mask,
    leftBits,
    narrow,
    update: [
      setGlobal(bits, load32(i32(0), control.rootKeyBits)),
      setGlobal(narrow, load32(i32(0), control.rootsNarrow)),
      setGlobal(half, extendU(shrU(add(bits, i32(1)), i32(1)))),
      setGlobal(mask, sub(shl(i64(1n), extendU(bits)), i64(1n))),
      setGlobal(leftBits, extendU(load32(i32(0), control.rootLeftBits))),
    ],
  };
}

/** The key of a pair of parts. */
export function keyOf({ leftBits }: KeyShape, left: I32, right: I32): I64 {
  return or(extendU(left), shl(extendU(right), leftBits));
}

/** The key of the pair at an address. */
export function keyOfPairAt(shape: KeyShape, address: I32): I64 {
  return keyOf(shape, load32(address), load32(address, 4));
}

/** The pair of a key in the form that memory has: the right number in the upper half. */
export function pairOf({ leftBits }: KeyShape, key: I64): I64 {
  const left = and(key, sub(shl(i64(1n), leftBits), i64(1n)));
  return or(left, shl(shrU(key, leftBits), i64(32n)));
}

/** The key of a pair in that form. */
export function keyOfPair({ leftBits }: KeyShape, pair: I64): I64 {
  return or(and(pair, i64(0xffffffffn)), shl(shrU(pair, i64(32n)), leftBits));
}

/** The address of the numbers of a state's parts. */
export function pairAddress({ statesAt }: MemoryPlan<"tree">, index: I32): I32 {
  return add(i32(statesAt), shl(index, i32(Math.log2(pairBytes))));
}

/** Notes the numbers of a state's parts. */
export function storePair(plan: MemoryPlan<"tree">, shape: KeyShape, index: I32, key: I64): Effect {
  return store64(pairAddress(plan, index), pairOf(shape, key));
}

/**
 * A root has no place, so a state is lost. The search must end, and is not complete. src/memory/root-shape.ts says how
 * improbable this is.
 */
export const endAsFull: readonly Effect[] = [store32(i32(0), i32(1), control.rootsFull), callMeeting()];
