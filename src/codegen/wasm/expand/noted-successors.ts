/**
 * For `can-always-finish`: each state's greatest successor by index, noted while the search finds it. Nearly every state
 * can finish because that successor can. So after the search only a few states must be expanded again
 * (src/checker/livelock/first-livelocked.ts).
 *
 * A store in which a known state has no index notes a successor by its key in the table: the last one that is new, else
 * the first one (src/checker/livelock/settle-by-keys.ts).
 */

import { ended, noteAhead } from "../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../memory/memory-plan.ts";
import {
  add,
  type Effect,
  eqz,
  geS,
  gtU,
  i32,
  i64,
  load32,
  load64,
  mul,
  or,
  shl,
  store32,
  store64,
  type Value,
  when,
} from "../encoder/instructions.ts";

type I32 = Value<"i32">;

/** `entry` is one more than the successor's index. Only the parent's worker writes its word. */
export function noteSuccessor(plan: MemoryPlan, parent: I32, entry: I32): readonly Effect[] {
  if (plan.receivedAt === undefined) return keepGreatest(plan, parent, entry);
  const isAhead = gtU(entry, add(parent, i32(1)));
  return keepGreatest(plan, parent, or(entry, mul(isAhead, i32(noteAhead))));
}

function keepGreatest({ notesAt }: MemoryPlan, parent: I32, note: I32): readonly Effect[] {
  if (notesAt === undefined) return [];
  const at = add(i32(notesAt), shl(parent, i32(2)));
  return [when(gtU(note, load32(at)), [store32(at, note)])];
}

export function noteEnd({ notesAt, keyNotesAt }: MemoryPlan, state: I32): readonly Effect[] {
  if (notesAt === undefined) return [];
  const end = store32(add(i32(notesAt), shl(state, i32(2))), i32(ended));
  return keyNotesAt === undefined ? [end] : [end, store64(keyNoteAddress(keyNotesAt, state), i64(BigInt(ended)))];
}

/** The notes of a state, by keys. A note is one more than a key; 0 if there is none. */
export interface KeyNotes {
  /** Before the state can get a note, because the index may have been another state's. */
  readonly none: (state: I32) => readonly Effect[];
  /** Call this for each successor, before the other. */
  readonly any: (parent: I32, key: Value<"i64">) => readonly Effect[];
  readonly isNew: (parent: I32, key: Value<"i64">) => readonly Effect[];
}

export function keyNotes({ keyNotesAt }: MemoryPlan): KeyNotes {
  if (keyNotesAt === undefined) return { none: () => [], any: () => [], isNew: () => [] };
  const address = (state: I32): I32 => keyNoteAddress(keyNotesAt, state);
  const write = (state: I32, key: Value<"i64">): Effect => store64(address(state), add(key, i64(1n)));
  return {
    none: (state) => [store64(address(state), i64(0n))],
    any: (parent, key) => [when(eqz(load64(address(parent))), [write(parent, key)])],
    // A path that ends stays noted.
    isNew: (parent, key) => [when(geS(load64(address(parent)), i64(0n)), [write(parent, key)])],
  };
}

export function keyNoteAddress(keyNotesAt: number, state: I32): I32 {
  return add(i32(keyNotesAt), shl(state, i32(3)));
}
