/** Stored states by their index, beside the table or in one of the banks. */

import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  and,
  choose,
  type Effect,
  eq,
  i32,
  load32,
  ltU,
  mul,
  shrU,
  sub,
  type Value,
  when,
} from "../../encoder/instructions.ts";
import { call, callEffect, type ModuleBuilder, setGlobal } from "../../encoder/module-builder.ts";
import { bankName } from "../bank-name.ts";
import type { Names } from "../exported-functions.ts";
import { copyState, equalStates, pairsAt, stateAddress } from "../whole-states.ts";
import { bankSignatures } from "./bank-module.ts";

type I32 = Value<"i32">;

export interface StoredStates {
  /** A word of the state. To load it brings the state into the cache. */
  readonly touch: (index: I32) => I32;
  readonly equals: (state: I32, index: I32) => I32;
  readonly put: (state: I32, index: I32) => readonly Effect[];
  /** The address of one of the states that are being expanded. */
  readonly addressOf: (index: I32) => I32;
}

/** Exported if there are banks. */
export interface WindowFunctions {
  readonly setWindow: (base: number) => void;
}

export const windowFunctions: Names<WindowFunctions> = { setWindow: true };

/** Call this before making any function of the module. */
export function storedStates(builder: ModuleBuilder, plan: MemoryPlan<"exact">): StoredStates {
  const words = plan.stride / 4;
  const own: StoredStates = {
    touch: (index) => load32(stateAddress(plan, index)),
    equals: (state, index) => equalStates(words, state, stateAddress(plan, index)),
    put: (state, index) => copyState(words, state, stateAddress(plan, index)),
    addressOf: (index) => stateAddress(plan, index),
  };
  return plan.bankPages.length === 0 ? own : withBanks(builder, plan, own);
}

/**
 * If there are banks, states are expanded from a copy in the worker's area. `setWindow(base)` gives its place as the
 * address `base` that the state with index 0 would have.
 */
function withBanks(builder: ModuleBuilder, plan: MemoryPlan<"exact">, own: StoredStates): StoredStates {
  const words = plan.stride / 4;
  const signatures = bankSignatures(words);
  const banks = Array.from({ length: plan.bankPages.length }, (_, bank) => ({
    touch: builder.imported(bankName(bank), "touch", signatures.touch),
    equals: builder.imported(bankName(bank), "equals", signatures.equals),
    put: builder.imported(bankName(bank), "put", signatures.put),
  }));
  const isOwn = (index: I32): I32 => ltU(index, i32(plan.store.ownStates));
  const bankOf = (index: I32): I32 =>
    shrU(sub(index, i32(plan.store.ownStates)), i32(Math.log2(plan.store.bankStates)));
  const addressIn = (index: I32): I32 =>
    mul(and(sub(index, i32(plan.store.ownStates)), i32(plan.store.bankStates - 1)), i32(plan.stride));
  const fromBank = (index: I32, ask: (bank: (typeof banks)[number]) => I32): I32 =>
    banks.map(ask).reduceRight((others, one, bank) => choose(eq(bankOf(index), i32(bank)), one, others));

  const touch = builder.func(["i32"], "i32", ([index]) => [
    fromBank(index, (bank) => call(bank.touch, "i32", addressIn(index))),
  ]);
  const equals = builder.func(["i32", "i32"], "i32", ([state, index]) => [
    fromBank(index, (bank) => call(bank.equals, "i32", addressIn(index), ...pairsAt(words, state))),
  ]);
  const put = builder.func(["i32", "i32"], undefined, ([state, index]) =>
    banks.map((bank, number) =>
      when(eq(bankOf(index), i32(number)), [callEffect(bank.put, addressIn(index), ...pairsAt(words, state))]),
    ),
  );
  const window = builder.variable();
  builder.func(["i32"], undefined, ([base]) => [setGlobal(window, base)], "setWindow");
  return {
    touch: (index) => choose(isOwn(index), own.touch(index), call(touch, "i32", index)),
    equals: (state, index) => choose(isOwn(index), own.equals(state, index), call(equals, "i32", state, index)),
    put: (state, index) => [when(isOwn(index), own.put(state, index), [callEffect(put, state, index)])],
    addressOf: (index) => add(window, mul(index, i32(plan.stride))),
  };
}
