/** The size of the table of roots, and the shape of its keys and cells (docs/internals/stores.md). */
import { mostFilled, narrowShape, type RootShape, wideShape } from "../../memory/root-shape.ts";
import type { PartCounts } from "../contract/search-types.ts";
import { get, put, type SharedMemory, tableEntries } from "../memory/shared-memory.ts";

type Shared = SharedMemory<"tree">;

interface RootSize {
  readonly entries: number;
  readonly shape: RootShape;
}

export function currentShape(shared: Shared): RootShape {
  return {
    leftBits: get(shared, "rootLeftBits"),
    keyBits: get(shared, "rootKeyBits"),
    narrow: get(shared, "rootsNarrow") !== 0,
  };
}

export function putShape(shared: Shared, { leftBits, keyBits, narrow }: RootShape): void {
  put(shared, "rootLeftBits", leftBits);
  put(shared, "rootKeyBits", keyBits);
  put(shared, "rootsNarrow", narrow ? 1 : 0);
}

export function haveSameShape(one: RootShape, other: RootShape): boolean {
  return one.leftBits === other.leftBits && one.keyBits === other.keyBits && one.narrow === other.narrow;
}

/**
 * The next size of a wide table. A small table doubles, one of 32 MiB or more becomes larger by a half at most. From 256 MiB
 * on a table has 9, 11, 13 or 15 times a power of two cells, so it grows by 15 to 22 %. With more sizes a table is fuller,
 * but each moves every root. With four, a root is moved five to six times, which takes about a tenth of the search's time.
 */
export function largerWideTable(entries: number): number {
  const whole = 2 ** Math.floor(Math.log2(entries));
  if (entries < 2 ** 23) return 2 * whole;
  if (entries < 2 ** 26) return entries + whole / 2;
  const eighths = (entries / whole) * 8;
  const next = [9, 11, 13, 15].find((one) => one > eighths) ?? 18;
  return (next * whole) / 8;
}

/** The same of a narrow one. Each power of two gives displacements one more bit, so that the table may be fuller. */
function largerNarrowTable(entries: number): number {
  const whole = 2 ** Math.floor(Math.log2(entries));
  return entries < 2 ** 24 ? 2 * whole : entries + whole / 4;
}

/** Smaller tables take little memory. */
const leastNarrow = 2 ** 17;

/** After it has grown, a table must have room for so many times its states. */
const leastGrowth = 1.12;

/** What takes least memory with more room than now. `parts` are the numbers taken. */
export function nextSize(shared: Shared, parts: PartCounts): RootSize {
  const { mostEntries, store } = shared.plan;
  const before = { entries: tableEntries(shared), shape: currentShape(shared) };
  const needed = leastGrowth * get(shared, "states");
  const wide = nextWide(before, wideShape(store.partBits), needed);
  const narrow = nextNarrow(before, parts, store.partsOvershoot, needed);
  // A table that can grow no more is wide, so that it has room for as many states as the plan says.
  if (narrow !== undefined && narrow.entries < mostEntries && narrow.entries <= 2 * wide.entries) return narrow;
  return { ...wide, entries: Math.min(mostEntries, wide.entries) };
}

function nextWide({ entries, shape: before }: RootSize, shape: RootShape, needed: number): RootSize {
  if (!before.narrow) return { entries: largerWideTable(entries), shape };
  let next = leastNarrow;
  while (mostFilled(shape, next) * next < needed) next = largerWideTable(next);
  return { entries: next, shape };
}

function nextNarrow(
  { entries, shape: before }: RootSize,
  parts: PartCounts,
  overshoot: number,
  needed: number,
): RootSize | undefined {
  // Before a checkpoint's parts are read, how many there are is unknown.
  if (parts.left === 0) return undefined;
  const most = 4 * needed;
  for (let next = before.narrow ? entries : leastNarrow; next < most; next = largerNarrowTable(next)) {
    const shape = narrowShape(next, parts, overshoot);
    if (shape !== undefined && mostFilled(shape, next) * next >= needed) return { entries: next, shape };
  }
  return undefined;
}
