/** Follows the noted successor of each state (src/codegen/wasm/expand/noted-successors.ts) to where the notes end. */
import { at, wordAt } from "../../ir/lookup.ts";
import { ended } from "../../memory/memory-map.ts";

export type Levels = readonly (readonly { readonly first: number; readonly end: number }[])[];

export interface NoteEnds {
  /**
   * The state on a cycle of notes (or without a note) to which the notes of a state lead; undefined if they lead to the
   * end of a path.
   */
  readonly rootOf: (state: number) => number | undefined;
  /** The states on cycles and those without a note, by the root of their cycle. */
  readonly undecided: ReadonlyMap<number, readonly number[]>;
}

/**
 * Replaces each note by the end of the notes. Begins at the deepest level, because most notes lead to the next one. So
 * nearly every note leads to a state that is known already.
 */
export function followNotes(noted: Int32Array, levels: Levels): NoteEnds {
  const undecided = new Map<number, number[]>();
  /** The states on the way. Its length is kept apart: to shorten an array costs more than to follow a note. */
  const way: number[] = [];

  function follow(start: number): void {
    let length = 0;
    let state = start;
    let note = wordAt(noted, state);
    while (note > 0) {
      way[length++] = state;
      noted[state] = onTheWay;
      state = note - 1;
      note = wordAt(noted, state);
    }
    if (note === onTheWay || note === 0) {
      undecided.set(state, note === 0 ? [state] : way.slice(way.lastIndexOf(state, length - 1), length));
      note = rootNamed(state);
      noted[state] = note;
    }
    for (let i = 0; i < length; i++) noted[at(way, i)] = note;
  }

  for (let level = levels.length - 1; level >= 0; level--) {
    for (const { first, end } of at(levels, level)) {
      for (let state = end - 1; state >= first; state--) {
        const note = wordAt(noted, state);
        if (note < 0) continue;
        const further = note === 0 ? 0 : wordAt(noted, note - 1);
        if (further < 0) noted[state] = further;
        else follow(state);
      }
    }
  }
  return {
    rootOf(state) {
      const mark = wordAt(noted, state);
      return mark === ended ? undefined : rootNamed(mark);
    },
    undecided,
  };
}

const onTheWay = -(2 ** 31);

/** How a note names a root (-2 and less, because `ended` is -1), and the root that such a note names. */
function rootNamed(root: number): number {
  return -2 - root;
}
