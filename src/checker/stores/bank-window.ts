/** The generated code works on states in its own memory. States of a bank are copied there first. */
import type { WindowFunctions } from "../../codegen/wasm/store/exact/stored-states.ts";
import { at } from "../../ir/lookup.ts";
import { areaOf, type SharedMemory } from "../memory/shared-memory.ts";

type Shared = SharedMemory<"exact">;

export interface Window {
  /** Makes the states `first` to `end - 1` of one segment readable for code, until the next call. */
  readonly reach: (first: number, end: number) => void;
  /** The address of one state, valid until the next call. */
  readonly addressOf: (index: number) => number;
}

/** For stores with all states in the code's own memory. */
export function noWindow({ plan: { statesAt, stride } }: Shared): Window {
  return { reach: () => {}, addressOf: (index) => (statesAt + index * stride) | 0 };
}

export function bankWindow(shared: Shared, { setWindow }: WindowFunctions, worker: number): Window {
  const { memory, plan } = shared;
  const windowAt = areaOf(plan, worker) + plan.store.windowIn;
  const reach = (first: number, end: number): void => {
    if (first < plan.store.ownStates) return setWindow(plan.statesAt | 0);
    const states = bytesBetween(shared, first, end);
    new Uint8Array(memory.buffer, windowAt, states.length).set(states);
    setWindow((windowAt - first * plan.stride) | 0);
  };
  return {
    reach,
    addressOf(index) {
      if (index < plan.store.ownStates) return (plan.statesAt + index * plan.stride) | 0;
      reach(index, index + 1);
      return windowAt | 0;
    },
  };
}

/** All states of a segment, or of a part of one. They are contiguous. */
export function bytesBetween(shared: Shared, first: number, end: number): Uint8Array {
  const { buffer, from } = placeOf(shared, first);
  return new Uint8Array(buffer, from, (end - first) * shared.plan.stride);
}

export function wordsOf(shared: Shared, index: number): Uint32Array {
  const { buffer, from } = placeOf(shared, index);
  return new Uint32Array(buffer, from, shared.plan.stride / 4);
}

function placeOf({ memory, banks, plan }: Shared, index: number): { buffer: ArrayBufferLike; from: number } {
  const { ownStates, bankStates } = plan.store;
  const beyond = index - ownStates;
  if (beyond < 0) return { buffer: memory.buffer, from: plan.statesAt + index * plan.stride };
  const bank = at(banks, Math.floor(beyond / bankStates));
  return { buffer: bank.buffer, from: (beyond % bankStates) * plan.stride };
}
