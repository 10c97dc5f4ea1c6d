/** The tables of parts of the tree store, which grow apart from the table of roots. */
import type { Names } from "../../codegen/wasm/store/exported-functions.ts";
import { fullParts, partEntryBytes } from "../../memory/tree-plan.ts";
import type { PartCounts } from "../contract/search-types.ts";
import type { UsedRange } from "../memory/reused-memory.ts";
import { get, put, type SharedMemory } from "../memory/shared-memory.ts";

type Shared = SharedMemory<"tree">;

/** Exported by the tree store. Each enlarges the table of one side to the size that its control word has. */
export interface GrowPartsFunctions {
  readonly growLeft: (oldMask: number) => void;
  readonly growRight: (oldMask: number) => void;
}

export const growPartsFunctions: Names<GrowPartsFunctions> = { growLeft: true, growRight: true };

const sides = [
  { side: "left", parts: "leftParts", log2: "leftLog2", above: "leftAbove", grow: "growLeft" },
  { side: "right", parts: "rightParts", log2: "rightLog2", above: "rightAbove", grow: "growRight" },
] as const;

export function prepareParts(shared: Shared): void {
  const { store } = shared.plan;
  for (const { side, log2, above } of sides) {
    const { initialLog2 } = store[side];
    put(shared, log2, initialLog2);
    put(shared, above, fullParts(store, initialLog2));
  }
}

/** Whether a table of parts must grow. */
export function partsMustGrow(shared: Shared): boolean {
  return sides.some(({ side, parts, log2, above }) => {
    return get(shared, parts) >= get(shared, above) && get(shared, log2) < shared.plan.store[side].maxLog2;
  });
}

/** Whether so many parts are stored that no table for more can be had. */
export function partsAreFull(shared: Shared): boolean {
  const { store } = shared.plan;
  return sides.some(({ side, parts }) => get(shared, parts) >= fullParts(store, store[side].maxLog2));
}

/** Fourfold, because there are few parts, and the other threads wait. */
const growthLog2 = 2;

/** Called while no other thread inserts. */
export function growParts(shared: Shared, functions: GrowPartsFunctions): void {
  const { store } = shared.plan;
  for (const { side, parts, log2, above, grow } of sides) {
    const { maxLog2 } = store[side];
    while (get(shared, parts) >= get(shared, above) && get(shared, log2) < maxLog2) {
      const before = get(shared, log2);
      const now = Math.min(maxLog2, before + growthLog2);
      put(shared, log2, now);
      put(shared, above, fullParts(store, now));
      functions[grow](2 ** before - 1);
    }
  }
}

/** How many different parts are stored on each side. */
export function countParts(shared: Shared): PartCounts {
  const [left, right] = sides.map(({ side, log2 }) => {
    const table = new Int32Array(shared.memory.buffer, shared.plan.store[side].tableAt, 2 ** get(shared, log2));
    return table.reduce((sum, entry) => sum + (entry === 0 ? 0 : 1), 0);
  }) as [number, number];
  return { left, right };
}

/** Of parts, their tables, and the numbers beside the states in memory. */
export function rangesOfParts(shared: Shared): readonly UsedRange[] {
  return sides.flatMap(({ side, parts, log2 }) => {
    const { tableAt, partsAt, words } = shared.plan.store[side];
    return [
      [tableAt, tableAt + partEntryBytes * 2 ** get(shared, log2)],
      [partsAt, partsAt + get(shared, parts) * words * 4],
    ] as const;
  });
}
