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
  or,
  shl,
  shrU,
  store32,
  type Value,
  wrap,
} from "../../encoder/instructions.ts";
import { callMeeting } from "./part-table.ts";

type I32 = Value<"i32">;
type I64 = Value<"i64">;

export function keyBitsOf({ store: { partBits } }: MemoryPlan<"tree">): number {
  return 2 * partBits;
}

/** The key of a pair of parts. */
export function keyOf({ store: { partBits } }: MemoryPlan<"tree">, left: I32, right: I32): I64 {
  return or(extendU(left), shl(extendU(right), i64(BigInt(partBits))));
}

/** The address of the numbers of a state's parts. */
export function pairAddress({ statesAt }: MemoryPlan<"tree">, index: I32): I32 {
  return add(i32(statesAt), shl(index, i32(Math.log2(pairBytes))));
}

/** Notes the numbers of a state's parts. */
export function storePair(plan: MemoryPlan<"tree">, index: I32, key: I64): readonly Effect[] {
  const { partBits } = plan.store;
  const left = and(wrap(key), i32(2 ** partBits - 1));
  const right = wrap(shrU(key, i64(BigInt(partBits))));
  return [store32(pairAddress(plan, index), left), store32(pairAddress(plan, index), right, 4)];
}

/**
 * A root has no place, so a state is lost. The search must end, and is not complete. src/memory/tree-plan.ts says how
 * improbable this is.
 */
export const endAsFull: readonly Effect[] = [store32(i32(0), i32(1), control.rootsFull), callMeeting()];
