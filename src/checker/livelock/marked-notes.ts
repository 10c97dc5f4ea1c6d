/**
 * Notes of successors on several ranks. A state's note leads to a later state of the same rank, and so on. The last state on
 * this way has no later successor on this rank. It gets a number, its mark. Then every state whose notes lead to it gets
 * the same mark.
 */
import { at, wordAt } from "../../ir/lookup.ts";
import { ended } from "../../memory/memory-map.ts";
import type { Levels } from "./follow-notes.ts";

export interface MarkedNotes {
  /** The states without a mark whose note leads to no later state. Each range is within a segment. */
  readonly notAhead: () => readonly (readonly [first: number, end: number])[];
  /** To which state such a state's note leads; undefined if it has none. */
  readonly behind: (index: number) => number | undefined;
  readonly mark: (index: number, mark: number) => void;
  /** Called when the states are marked. */
  readonly follow: () => void;
  /** The mark of a state; `canFinish`, or `isUnknown` if it has none. */
  readonly markOf: (index: number) => number;
  /** Settles the states with some marks, and forgets the notes of those with others. */
  readonly settle: (isSettled: (mark: number) => boolean) => void;
}

export const canFinish = -1;
export const isUnknown = -2;

export function markedNotes(noted: Int32Array, levels: Levels): MarkedNotes {
  function isNotAhead(state: number): boolean {
    const note = wordAt(noted, state);
    return note >= 0 && note - 1 <= state;
  }
  return {
    behind(index) {
      const note = wordAt(noted, index);
      return note > 0 ? note - 1 : undefined;
    },
    notAhead() {
      const found: [number, number][] = [];
      for (const segments of levels)
        for (const { first, end } of segments)
          for (let state = first; state < end; state++) {
            const start = state;
            while (state < end && isNotAhead(state)) state++;
            if (state > start) found.push([start, state]);
          }
      return found;
    },
    mark(index, mark) {
      noted[index] = -2 - mark;
    },
    follow() {
      for (let changed = true; changed; ) {
        changed = false;
        for (let level = levels.length - 1; level >= 0; level--)
          for (const { first, end } of at(levels, level))
            for (let state = end - 1; state >= first; state--) {
              const note = wordAt(noted, state);
              if (note <= 0) continue;
              const further = wordAt(noted, note - 1);
              if (further < 0) changed = true;
              if (further !== 0) noted[state] = further;
            }
      }
    },
    markOf(index) {
      const note = wordAt(noted, index);
      return note === ended ? canFinish : note < ended ? -2 - note : isUnknown;
    },
    settle(isSettled) {
      for (const segments of levels)
        for (const { first, end } of segments)
          for (let state = first; state < end; state++) {
            const note = wordAt(noted, state);
            if (note < ended) noted[state] = isSettled(-2 - note) ? ended : 0;
          }
    },
  };
}
