import type { BitstatePlan } from "./bitstate-plan.ts";
import type { ExactPlan } from "./exact-plan.ts";
import type { ExchangePlan } from "./exchange-plan.ts";
import type { FingerprintPlan } from "./fingerprint-plan.ts";
import type { Fitted } from "./room.ts";
import type { TreePlan } from "./tree-plan.ts";

/** The part of the plan that belongs to each store, by the store's name. */
export interface StorePlans {
  readonly exact: ExactPlan;
  readonly fingerprint: FingerprintPlan;
  readonly bitstate: BitstatePlan;
  readonly tree: TreePlan;
}

/**
 * How states are remembered, in the order in which help names it: whole; whole, but in two parts that are stored once
 * each; by 64 bits each, so that two could be confused; or by three bits of a large table, so that many may be confused
 * and a search is never complete.
 */
export const storeNames = ["exact", "tree", "fingerprint", "bitstate"] as const satisfies readonly (keyof StorePlans)[];

export type StoreName = (typeof storeNames)[number];

/** The stores that keep the states of two levels, and write finished levels to a file. */
export type TwoLevelName = Exclude<StoreName, "exact">;

export const defaultStore: StoreName = "exact";

/** Addresses and sizes, in bytes unless stated otherwise. Names that end in "In" are offsets in an area. */
export interface MemoryPlan<Name extends StoreName = StoreName> extends Fitted<StorePlans[Name]> {
  readonly storeName: Name;
  /** Pages of 64 KiB. */
  readonly pages: number;
  readonly workers: number;
  /** Bytes of a packed state. */
  readonly stride: number;
  /** u16 tables by location: how many choices to try; which state checks its step can affect. */
  readonly choicesAt: number;
  readonly groupsAt: number;
  /**
   * A u16 table by location: the loop of control flow that it is in, times four; 2 more if an actor may last there, and 1
   * more if it is a head (src/ir/control-loops.ts).
   */
  readonly loopsAt: number;
  /** Two i64 by location: the slots that its step touches, and those that it writes (src/codegen/analysis/independence.ts). */
  readonly footprintsAt: number;
  /** Each worker's own area, and one more for the main thread. */
  readonly areasAt: number;
  readonly areaBytes: number;
  /** The counters when the level began: a copy of the bytes at `testedAt`, then of each area's counts. */
  readonly levelStartAt: number;
  /** Inside an area: i64 counts by location, then the batch. */
  readonly successorsIn: number;
  /** The successors' canonical forms if the search reduces by symmetries; otherwise the same address. */
  readonly canonicalIn: number;
  readonly movesIn: number;
  /** A byte for each successor: the actors that will sleep there. */
  readonly sleepersIn: number;
  readonly probesIn: number;
  readonly violationsIn: number;
  /** Entries of the size of a state and one word more (src/codegen/wasm/liveness/known-ends.ts). */
  readonly knownEndsIn: number;
  readonly batchCapacity: number;
  /** Undefined if one process searches alone. */
  readonly exchange: ExchangePlan | undefined;
  /** Triples: the first state, the one after the last, their level. */
  readonly segmentsAt: number;
  /** At so many states the search must stop, so that it does not exceed `maxStates`. */
  readonly stopAtStates: number;
}
