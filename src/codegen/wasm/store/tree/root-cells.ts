/** Access to the cells of a table of roots, which have 32 bits each, or 16 if the shape of the table says so. */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  after,
  atomicCompareExchange16,
  atomicCompareExchange32,
  atomicLoad16,
  atomicLoad32,
  choose,
  type Effect,
  i32,
  load16,
  load32,
  shl,
  shrU,
  store16,
  store32,
  sub,
  type Value,
  when,
} from "../../encoder/instructions.ts";

type I32 = Value<"i32">;

export interface RootCells {
  /** Of the bytes of a cell, the logarithm. */
  readonly log2: I32;
  readonly bytes: I32;
  /** The address of a slot, and the reverse. */
  readonly at: (tableAt: number, slot: I32) => I32;
  readonly slotOf: (tableAt: number, address: I32) => I32;
  readonly load: (at: I32) => I32;
  readonly store: (at: I32, cell: I32) => Effect;
  readonly atomicLoad: (at: I32) => I32;
  /** Stores a cell where none was when it was read. Returns what is there by now. */
  readonly claim: (at: I32, cell: I32) => I32;
}

export const wideCells: RootCells = {
  ...cellsOf(i32(2), i32(4)),
  load: (at) => load32(at),
  store: (at, cell) => store32(at, cell),
  atomicLoad: (at) => atomicLoad32(at),
  claim: (at, cell) => atomicCompareExchange32(at, i32(0), cell),
};

/** `narrow` is 0 or 1. It changes seldom, so the processor predicts these branches. */
export function cellsOfEitherWidth(narrow: I32): RootCells {
  const log2 = sub(i32(2), narrow);
  return {
    ...cellsOf(log2, shl(i32(1), log2)),
    load: (at) => choose(narrow, load16(at), load32(at)),
    store: (at, cell) => when(narrow, [store16(at, cell)], [store32(at, cell)]),
    atomicLoad: (at) => choose(narrow, atomicLoad16(at), atomicLoad32(at)),
    claim: (at, cell) =>
      choose(narrow, atomicCompareExchange16(at, i32(0), cell), atomicCompareExchange32(at, i32(0), cell)),
  };
}

/** One worker alone needs no atomic access (claim-slot.ts). */
export function cellsFor({ workers }: MemoryPlan, cells: RootCells): RootCells {
  if (workers > 1) return cells;
  return { ...cells, atomicLoad: cells.load, claim: (at, cell) => after([cells.store(at, cell)], i32(0)) };
}

function cellsOf(log2: I32, bytes: I32): Pick<RootCells, "log2" | "bytes" | "at" | "slotOf"> {
  return {
    log2,
    bytes,
    at: (tableAt, slot) => add(i32(tableAt), shl(slot, log2)),
    slotOf: (tableAt, address) => shrU(sub(address, i32(tableAt)), log2),
  };
}
