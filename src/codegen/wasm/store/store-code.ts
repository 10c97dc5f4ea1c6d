/** Generates the code of a store. */
import type { MemoryPlan, StoreName } from "../../../memory/memory-plan.ts";
import type { FunctionRef, ModuleBuilder } from "../encoder/module-builder.ts";
import type { AddressOf, Expansion } from "../expand/expansion.ts";
import type { WorkerVariables } from "../step/instance-variables.ts";
import type { JudgeState } from "../step/state-checks.ts";
import type { BlockVariables } from "./block-variables.ts";

export interface StoreCode<Name extends StoreName> {
  /** Begins the store's part of a module. Call this before making any function of the module. */
  begin(builder: ModuleBuilder, plan: MemoryPlan<Name>): BegunStore;
  /** The module of each further memory; undefined if there are none. */
  bankModule(plan: MemoryPlan<Name>): Uint8Array<ArrayBuffer> | undefined;
}

export interface BegunStore {
  readonly addressOf: AddressOf;
  /** Makes the functions that insert states, and those that enter them again. */
  insertion(parts: StoreParts): Insertion;
  /**
   * For `can-always-finish`: makes what finds stored states after the search. Returns `(first, last)`: gives each state
   * in the batch, whose parents are these, one more than its place in the store, or 0 if it is not stored.
   */
  lookup(parts: StoreParts): FunctionRef;
}

/** The parts of a module that the code of a store uses. */
export interface StoreParts {
  readonly builder: ModuleBuilder;
  readonly worker: WorkerVariables;
  readonly own: BlockVariables;
  readonly expanding: Expansion;
  readonly judge: JudgeState;
  /** Undefined if the search does not reduce by symmetries. */
  readonly canonical: FunctionRef | undefined;
}

export interface Insertion {
  /** Inserts the batch's successors. */
  readonly insertBatch: FunctionRef;
  /** Ends the worker's current segment, so that its states belong to the current level. */
  readonly closeSegment: FunctionRef;
}
