/** The positions that the reader goes through, and their rows in the lanes. */
import { foldSteps, type StepGroup } from "../../trace/fold.ts";
import type { Blocked, Trace } from "../../trace/format.ts";
import type { Position } from "./history.ts";

interface Shown {
  readonly trace: Trace;
  readonly position: Position;
  /** False: steps that the violation does not need are folded. */
  readonly allSteps: boolean;
}

/** The rows of the steps: one step each, or several that are folded. */
export function groupsOf({ trace: { steps }, allSteps }: Omit<Shown, "position">): readonly StepGroup[] {
  return allSteps ? steps.map((step): StepGroup => [step]) : foldSteps(steps);
}

/** The position after a group. */
export function endOf(group: StepGroup): Position {
  return (group.at(-1) ?? group[0]).n;
}

/** The folded steps that led to the position together; undefined within them, and after a single step. */
export function foldedAt(shown: Shown): StepGroup | undefined {
  return groupsOf(shown).find((group) => group.length > 1 && endOf(group) === shown.position);
}

/** The rows of the lanes, counted from 1: the actors' names, the start, the steps, who waits at the end. */
export interface Rows {
  readonly groups: readonly StepGroup[];
  /** The position of the row that the shown position belongs to: of folded steps the last one. */
  readonly here: Position;
  readonly of: (position: Position) => number;
  /** The rows of something that lasts from one position to another; undefined if folded steps hide all of it. */
  readonly between: (from: Position, to: Position | undefined) => readonly [number, number] | undefined;
  /** The actors that wait at the end. Each has a row, and the first row is `end`. */
  readonly blocked: readonly Blocked[];
  readonly end: number;
  /** The row after them, which says what is violated. */
  readonly behind: number;
}

const firstRow = 2;

export function rowsOf(shown: Shown): Rows {
  const groups = groupsOf(shown);
  // By position, as every bar and every step asks.
  const rowOf = [firstRow, ...groups.flatMap((group, index) => group.map(() => firstRow + 1 + index))];
  const end = firstRow + 1 + groups.length;
  const blocked = shown.trace.violation.blocked ?? [];
  // If no actor waits, an empty row shows which locks are still held.
  const behind = end + Math.max(1, blocked.length);
  const of = (position: Position) => rowOf[position] ?? end;
  return {
    groups,
    here: [0, ...groups.map(endOf)].find((one) => one >= shown.position) ?? 0,
    of,
    between(from, to) {
      const begin = of(from);
      const last = to === undefined ? behind - 1 : of(to);
      return begin < last ? [begin, last] : undefined;
    },
    blocked,
    end,
    behind,
  };
}

export function neighbourOf(shown: Shown, direction: "previous" | "next"): Position | undefined {
  const positions = [0, ...groupsOf(shown).map(endOf)];
  return direction === "next"
    ? positions.find((position) => position > shown.position)
    : positions.findLast((position) => position < shown.position);
}
