/** Enters stored states again, and finds the roots of states after the search. */
import { control, probeBytes } from "../../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  after,
  type Effect,
  eq,
  forEach,
  gtS,
  i32,
  i64,
  increase,
  type Local,
  load32,
  load64,
  set,
  store32,
  store64,
  sub,
  type Value,
  when,
  wrap,
  xor,
} from "../../encoder/instructions.ts";
import { call, callEffect, type FunctionRef, setGlobal } from "../../encoder/module-builder.ts";
import { keyNoteAddress } from "../../expand/noted-successors.ts";
import { forEachProbe } from "../../expand/successor-batch.ts";
import type { Names } from "../exported-functions.ts";
import type { StoreParts } from "../store-code.ts";
import { type PartTable, partHash } from "./part-table.ts";
import { spread } from "./root-cell.ts";
import { endAsFull, type KeyShape, keyOf, keyOfPair, keyOfPairAt, pairAddress, storePair } from "./root-key.ts";
import { claimed } from "./root-table.ts";
import type { Roots } from "./roots.ts";

type I32 = Value<"i32">;

export interface FirstFunctions {
  /** Stores the parts of the state at an address, and stores it with index 0. */
  readonly storeFirst: (address: number) => void;
}

export const firstFunctions: Names<FirstFunctions> = { storeFirst: true };

/** `reinsert(first, last)`: enters states that differ from all that are in the table. Their parts are stored already. */
export function enterFunctions(
  plan: MemoryPlan<"tree">,
  tables: readonly [PartTable, PartTable],
  { claim, shape }: Pick<Roots, "claim" | "shape">,
  { builder }: StoreParts,
): void {
  const enter = (key: Local<"i64">): readonly Effect[] => [
    ...spread(key, shape),
    when(eq(call(claim, "i32", key), i32(claimed.full)), endAsFull),
  ];
  builder.func(
    ["i32", "i32"],
    undefined,
    ([index, last], scope) => {
      const key = scope.local("i64");
      return [forEach(index, last, 1, [set(key, storedKey(plan, shape, index)), ...enter(key)])];
    },
    "reinsert",
  );
  builder.func(
    ["i32"],
    undefined,
    ([state], scope) => {
      const hash = partHash(scope);
      const key = scope.local("i64");
      const [left, right] = tables.map(({ side, numberOf }) =>
        after(hash.into(side.part.ofState(state)), call(numberOf, "i32", hash.value, state)),
      ) as [I32, I32];
      return [set(key, keyOf(shape, left, right)), storePair(plan, shape, i32(0), key), ...enter(key)];
    },
    "storeFirst",
  );
}

/** The key of a state in memory. */
function storedKey(plan: MemoryPlan<"tree">, shape: KeyShape, index: I32): Value<"i64"> {
  return keyOfPairAt(shape, pairAddress(plan, index));
}

/**
 * The place of a state is its slot. `slotOf(index)` returns one more than the number of the slot of a state that was a
 * parent in a batch.
 *
 * `notedSlots(first, last)`: for each of at most a block of states, in place of the probes, two words: `slotOf`, and one
 * more than the slot of the successor that was noted. If none was noted, the second is as of a slot after the last one; if
 * a path ends there, as of the slot after that.
 *
 * The search has stored the parts of all successors, even of those that violate a property.
 */
export function rootLookup(
  plan: MemoryPlan<"tree">,
  { batchRoots, find, touch, shape }: { readonly batchRoots: FunctionRef } & Pick<Roots, "find" | "touch" | "shape">,
  { builder, worker, own }: StoreParts,
): FunctionRef {
  builder.func(
    ["i32"],
    "i32",
    ([index], scope) => {
      const key = scope.local("i64");
      return [set(key, storedKey(plan, shape, index)), ...spread(key, shape), call(find, "i32", key)];
    },
    "slotOf",
  );
  const { keyNotesAt } = plan;
  if (keyNotesAt !== undefined)
    builder.func(
      ["i32", "i32"],
      undefined,
      ([first, last], scope) => {
        const [index, out, sink] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
        const beyond = scope.local("i32");
        const [key, note, noted] = [scope.local("i64"), scope.local("i64"), scope.local("i64")];
        const keyOfNote = after([set(noted, keyOfPair(shape, sub(note, i64(1n)))), ...spread(noted, shape)], noted);
        const forEachState = (body: readonly Effect[]): readonly Effect[] => [
          set(out, add(worker.area, i32(plan.probesIn))),
          set(index, first),
          forEach(index, last, 1, [...body, increase(out, i32(probeBytes))]),
        ];
        return [
          ...forEachState([set(key, storedKey(plan, shape, index)), ...spread(key, shape), store64(out, key)]),
          // As in batch-roots.ts, the waits for the table overlap.
          ...forEachState([
            set(sink, xor(sink, touch(load64(out)))),
            set(note, load64(keyNoteAddress(keyNotesAt, index))),
            when(gtS(note, i64(0n)), [set(sink, xor(sink, touch(keyOfNote)))]),
          ]),
          set(beyond, add(load32(i32(0), control.tableEntries), i32(plan.slotsBeyond + 1))),
          ...forEachState([
            set(note, load64(keyNoteAddress(keyNotesAt, index))),
            set(key, load64(out)),
            store32(out, call(find, "i32", key)),
            when(
              gtS(note, i64(0n)),
              [store32(out, call(find, "i32", keyOfNote), 4)],
              [store32(out, sub(beyond, wrap(note)), 4)],
            ),
          ]),
          setGlobal(own.sink, sink),
        ];
      },
      "notedSlots",
    );
  return builder.func(["i32", "i32"], undefined, (_, scope) => [
    callEffect(batchRoots),
    ...forEachProbe(plan, worker, scope, (probe) => [store32(probe, call(find, "i32", load64(probe)))]),
  ]);
}
