/** Which positions one goes through, and which rows of the lanes they have. */
import type { Trace } from "../../trace/format.ts";
import type { Position } from "./history.ts";

interface Shown {
  readonly trace: Trace;
  readonly position: Position;
  readonly onlyMattering: boolean;
}

/** The start, the steps that are shown, and always the end. */
export function positionsOf({ trace: { steps }, onlyMattering }: Omit<Shown, "position">): readonly Position[] {
  return [0, ...steps.filter(({ n, matters }) => matters || !onlyMattering || n === steps.length).map(({ n }) => n)];
}

/** The rows of the lanes, counted from 1: the actors' names, the positions that are shown, who waits at the end. */
export interface Rows {
  readonly positions: readonly Position[];
  /** The position that is shown, or the last one before it that is. */
  readonly here: Position;
  /** Of a position; where it is not shown, of the last one before it that is. */
  readonly of: (position: Position) => number;
  /** Of what lasts from one position to another; undefined where nothing of it is shown. */
  readonly between: (from: Position, to: Position | undefined) => readonly [number, number] | undefined;
  /** Behind the last position. */
  readonly end: number;
}

const firstRow = 2;

export function rowsOf(shown: Shown): Rows {
  const positions = positionsOf(shown);
  const end = firstRow + positions.length;
  const of = (position: Position) => firstRow + positions.findLastIndex((one) => one <= position);
  return {
    positions,
    here: positions.findLast((one) => one <= shown.position) ?? 0,
    of,
    between(from, to) {
      const begin = firstRow + positions.findIndex((one) => one >= from);
      const last = to === undefined ? end : of(to);
      return begin <= last ? [begin, last] : undefined;
    },
    end,
  };
}

export function neighbourOf(shown: Shown, direction: "previous" | "next"): Position | undefined {
  const positions = positionsOf(shown);
  return direction === "next"
    ? positions.find((position) => position > shown.position)
    : positions.findLast((position) => position < shown.position);
}
