/**
 * The code of a bank: a memory that holds only states, those for which there is no room beside the table. Code reaches
 * one memory only, so the module of the search calls these functions, with a state's words as arguments. Such a call
 * costs a few nanoseconds, much less than the wait for the memory.
 */

import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { load32 } from "../../encoder/instructions.ts";
import { moduleBuilder, type Signature } from "../../encoder/module-builder.ts";
import { equalPairs, pairTypes, storePairs } from "../whole-states.ts";

/** In all of these functions, the first argument is an address in the bank, and the others are a state. */
export interface BankSignatures {
  /** Reads a word of the state, to bring the state into the cache. */
  readonly touch: Signature;
  readonly equals: Signature;
  readonly put: Signature;
}

export function bankSignatures(words: number): BankSignatures {
  const state = pairTypes(words);
  return {
    touch: { params: ["i32"], result: "i32" },
    equals: { params: ["i32", ...state], result: "i32" },
    put: { params: ["i32", ...state], result: undefined },
  };
}

/** Undefined if all states are beside the table. */
export function bankModule({ stride, bankPages }: MemoryPlan<"exact">): Uint8Array<ArrayBuffer> | undefined {
  const [pages] = bankPages;
  if (pages === undefined) return undefined;
  const builder = moduleBuilder();
  const state = pairTypes(stride / 4);
  builder.func(["i32"], "i32", ([at]) => [load32(at)], "touch");
  builder.func(["i32", ...state], "i32", ([at, ...pairs]) => [equalPairs(pairs, at)], "equals");
  builder.func(["i32", ...state], undefined, ([at, ...pairs]) => storePairs(pairs, at), "put");
  return builder.finish(pages);
}
