/**
 * For properties that ask whether all can still finish: each state's greatest successor by index, noted while the search
 * finds it. Nearly every state can finish because that successor can, so that after the search hardly any state must be
 * expanded again (src/checker/livelock/first-livelocked.ts).
 */

import { ended, type MemoryPlan } from "../../../memory/memory-map.ts";
import {
  add,
  and,
  atomicLoad32,
  block,
  br,
  brIf,
  type Effect,
  eqz,
  gtU,
  i32,
  load32,
  loop,
  set,
  shl,
  store32,
  tee,
  type Value,
  when,
} from "../encoder/instructions.ts";
import { call, type FunctionRef, type ModuleBuilder } from "../encoder/module-builder.ts";
import { hashInto, tableHash } from "../store/hash.ts";
import { type BlockVariables, canonise } from "../store/state-store.ts";
import type { StoredStates } from "../store/stored-states.ts";
import { indexOfEntry, nextSlot, slotOf, tagsDiffer } from "../store/table-entry.ts";
import type { Expansion, WorkerVariables } from "./expansion.ts";
import { forEachSuccessor } from "./successor-batch.ts";

type I32 = Value<"i32">;

/** `entry` is one more than the successor's index. Only the parent's worker writes its word. */
export function noteSuccessor({ notesAt }: MemoryPlan, parent: I32, entry: I32): readonly Effect[] {
  if (notesAt === undefined) return [];
  const at = add(i32(notesAt), shl(parent, i32(2)));
  return [when(gtU(entry, load32(at)), [store32(at, entry)])];
}

export function noteEnd({ notesAt }: MemoryPlan, state: I32): readonly Effect[] {
  return notesAt === undefined ? [] : [store32(add(i32(notesAt), shl(state, i32(2))), i32(ended))];
}

/**
 * `successors(first, last) -> next`: expands again, and leaves with each successor in the batch one more than its index,
 * 0 where it is not stored. `batchSize()` says how many there are.
 */
export function successorsFunction(
  builder: ModuleBuilder,
  plan: MemoryPlan,
  worker: WorkerVariables,
  own: BlockVariables,
  { expand }: Expansion,
  canonical: FunctionRef | undefined,
  stored: StoredStates,
): void {
  const words = plan.stride / 4;
  builder.func([], "i32", () => [worker.batchCount], "batchSize");
  builder.func(
    ["i32", "i32"],
    "i32",
    ([first, last], scope) => {
      const hash = scope.local("i64");
      const short = scope.local("i32");
      const slot = scope.local("i32");
      const entry = scope.local("i32");
      const mask = scope.local("i32");
      return [
        set(mask, own.mask),
        set(first, call(expand, "i32", first, last)),
        ...forEachSuccessor(plan, worker, scope, ({ state, probe }) => [
          ...canonise(plan, canonical, state),
          ...hashInto(hash, state, words),
          set(short, tableHash(hash)),
          set(slot, slotOf(plan, short, mask)),
          block((found) => [
            loop((again) => [
              brIf(found, eqz(tee(entry, atomicLoad32(slot)))),
              when(eqz(tagsDiffer(entry, short, mask)), [brIf(found, stored.equals(state, indexOfEntry(entry, mask)))]),
              set(slot, nextSlot(plan, slot, mask)),
              br(again),
            ]),
          ]),
          store32(probe, and(entry, mask)),
        ]),
        first,
      ];
    },
    "successors",
  );
}
