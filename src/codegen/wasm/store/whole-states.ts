/** Copying and comparing packed states, two words at a time. */
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  choose,
  type Effect,
  eq,
  i32,
  load32,
  load64,
  mul,
  store32,
  store64,
  type Value,
  type ValueType,
} from "../encoder/instructions.ts";

type Address = Value<"i32">;

/** The address of a state beside the table. */
export function stateAddress({ statesAt, stride }: MemoryPlan, index: Address): Address {
  return add(i32(statesAt), mul(index, i32(stride)));
}

export function copyState(words: number, from: Address, to: Address): readonly Effect[] {
  return storePairs(pairsAt(words, from), to);
}

export function equalStates(words: number, a: Address, b: Address): Value<"i32"> {
  return equalPairs(pairsAt(words, a), b);
}

/** Pieces of two words each; the last one may have one word. */
export function pairTypes(words: number): readonly ValueType[] {
  return Array.from({ length: Math.ceil(words / 2) }, (_, pair) => (pair * 2 + 1 < words ? "i64" : "i32"));
}

export function pairsAt(words: number, at: Address): readonly Value[] {
  return pairTypes(words).map((type, pair) => loadPair(type, at, pair));
}

export function storePairs(pairs: readonly Value[], to: Address): readonly Effect[] {
  return pairs.map((value, pair) =>
    is64(value) ? store64(to, value, pair * 8) : store32(to, value as Value<"i32">, pair * 8),
  );
}

/** Whether the state at an address is this one. Stops at the first words that differ. */
export function equalPairs(pairs: readonly Value[], at: Address): Value<"i32"> {
  return (
    pairs
      .map((value, pair) =>
        is64(value) ? eq(value, load64(at, pair * 8)) : eq(value as Value<"i32">, load32(at, pair * 8)),
      )
      .reduceRight<Value<"i32"> | undefined>(
        (equal, pair) => (equal === undefined ? pair : choose(pair, equal, i32(0))),
        undefined,
      ) ?? i32(1)
  );
}

function loadPair(type: ValueType, at: Address, pair: number): Value {
  return type === "i64" ? load64(at, pair * 8) : load32(at, pair * 8);
}

function is64(value: Value): value is Value<"i64"> {
  return value.type === "i64";
}
