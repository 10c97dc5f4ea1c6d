/**
 * Heads of loops from which all runs of an actor alone are known to end. Only the slots that decide these runs are kept
 * (src/codegen/analysis/loop-inputs.ts), because the same runs start from many states. Each worker has a table of its own,
 * in which a new entry takes the place of an older one.
 */
import { controlLoops } from "../../../ir/control-loops.ts";
import type { Layout } from "../../../ir/layout.ts";
import { maskOf } from "../../../ir/layout.ts";
import { at } from "../../../ir/lookup.ts";
import type { Program } from "../../../ir/program.ts";
import { knownEndsLog2 } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import { loopInputs } from "../../analysis/loop-inputs.ts";
import {
  add,
  and,
  choose,
  type Effect,
  eq,
  extendU,
  i32,
  i64,
  load32,
  load64,
  mul,
  shrU,
  store32,
  store64,
  type Value,
  wrap,
} from "../encoder/instructions.ts";

type I32 = Value<"i32">;

export interface KnownEnds {
  /** The address at which the end of the runs from this state is noted. */
  readonly entryOf: (state: I32) => I32;
  readonly has: (state: I32, entry: I32) => I32;
  readonly enter: (state: I32, entry: I32) => readonly Effect[];
}

/** Of the actor at this position. `area`: the start of the worker's area. */
export function knownEnds(
  program: Program,
  layout: Layout,
  { stride, knownEndsIn }: MemoryPlan,
  area: I32,
  position: number,
): KnownEnds {
  const inputs = loopInputs(program, at(program.actors, position), controlLoops(program));
  const masks = Array.from({ length: layout.words }, () => 0);
  for (const slot of inputs) {
    const { word, shift, bits } = at(layout.fields, slot);
    masks[word] = at(masks, word) | (maskOf(bits) << shift);
  }
  const pairs = masks.flatMap((mask, word) => {
    if (word % 2 === 1) return [];
    const high = masks[word + 1];
    const both = (BigInt((high ?? 0) >>> 0) << 32n) | BigInt(mask >>> 0);
    const read = (from: I32) => (high === undefined ? extendU(load32(from, word * 4)) : load64(from, word * 4));
    const inputsIn = (from: I32) => and(read(from), i64(BigInt.asIntN(64, both)));
    return both === 0n ? [] : [{ inputsIn, offset: word * 4, isSingle: high === undefined }];
  });
  // Actors have other inputs, so an entry says whose it is. 0 is an empty entry.
  const tag = i32(position + 1);
  const entryBytes = stride + 4;
  return {
    entryOf(state) {
      const sum = pairs
        .map(({ inputsIn }, number) => mul(inputsIn(state), i64(at(factors, number % factors.length))))
        .reduce((a, b) => add(a, b), i64(0n));
      return add(add(area, i32(knownEndsIn)), mul(wrap(shrU(sum, i64(BigInt(64 - knownEndsLog2)))), i32(entryBytes)));
    },
    has: (state, entry) =>
      pairs.reduceRight(
        (others, { inputsIn, offset, isSingle }) =>
          choose(
            eq(inputsIn(state), isSingle ? extendU(load32(entry, offset)) : load64(entry, offset)),
            others,
            i32(0),
          ),
        eq(load32(entry, stride), tag),
      ),
    enter: (state, entry) => [
      ...pairs.map(({ inputsIn, offset, isSingle }) =>
        isSingle ? store32(entry, wrap(inputsIn(state)), offset) : store64(entry, inputsIn(state), offset),
      ),
      store32(entry, tag, stride),
    ],
  };
}

/** Odd numbers without a pattern, so that a product's high bits depend on all bits of its other factor. */
const factors = [0x9e3779b97f4a7c15n, 0xbf58476d1ce4e5b9n, 0x94d049bb133111ebn, 0xd6e8feb86659fd93n].map((factor) =>
  BigInt.asIntN(64, factor),
);
