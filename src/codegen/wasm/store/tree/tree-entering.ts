/** Enters stored states again, and finds the roots of states after the search. */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { after, eq, forEach, i32, load32, load64, set, store32, type Value, when } from "../../encoder/instructions.ts";
import { call, callEffect, type FunctionRef, type FunctionScope } from "../../encoder/module-builder.ts";
import { forEachProbe } from "../../expand/successor-batch.ts";
import type { StoreParts } from "../store-code.ts";
import { stateAddress } from "../whole-states.ts";
import { type PartTable, partHash } from "./part-table.ts";
import { spread } from "./root-cell.ts";
import { endAsFull, keyBitsOf, keyOf, pairAddress, storePair } from "./root-key.ts";
import { claimed } from "./root-table.ts";
import type { Roots } from "./roots.ts";

type I32 = Value<"i32">;

/** The key of a state, whose parts it stores if they are new. */
function enteredKey(
  plan: MemoryPlan<"tree">,
  [left, right]: readonly [PartTable, PartTable],
  scope: FunctionScope,
): (state: I32) => Value<"i64"> {
  const hash = partHash(scope);
  const numberIn = ({ side, numberOf }: PartTable, state: I32): I32 =>
    after(hash.into(side.part.ofState(state)), call(numberOf, "i32", hash.value, state));
  return (state) => keyOf(plan, numberIn(left, state), numberIn(right, state));
}

/** `reinsert(first, last)`: enters states that differ from all that are in the table, and notes their parts. */
export function enterFunction(
  plan: MemoryPlan<"tree">,
  tables: readonly [PartTable, PartTable],
  { claim }: Pick<Roots, "claim">,
  { builder }: StoreParts,
): void {
  builder.func(
    ["i32", "i32"],
    undefined,
    ([index, last], scope) => {
      const state = scope.local("i32");
      const key = scope.local("i64");
      const keyIn = enteredKey(plan, tables, scope);
      return [
        forEach(index, last, 1, [
          set(state, stateAddress(plan, index)),
          set(key, keyIn(state)),
          ...storePair(plan, index, key),
          ...spread(key, keyBitsOf(plan)),
          when(eq(call(claim, "i32", key), i32(claimed.full)), endAsFull),
        ]),
      ];
    },
    "reinsert",
  );
}

/**
 * The place of a state is its slot. `slotOf(index)` returns one more than the number of the slot of a state that was a
 * parent in a batch.
 *
 * The search has stored the parts of all successors, even of those that violate a property.
 */
export function rootLookup(
  plan: MemoryPlan<"tree">,
  tables: readonly [PartTable, PartTable],
  { batchRoots, find }: { readonly batchRoots: FunctionRef } & Pick<Roots, "find">,
  { builder, worker }: StoreParts,
): FunctionRef {
  const keyBits = keyBitsOf(plan);
  builder.func(
    ["i32"],
    "i32",
    ([index], scope) => {
      const key = scope.local("i64");
      const pair = pairAddress(plan, index);
      return [set(key, keyOf(plan, load32(pair), load32(pair, 4))), ...spread(key, keyBits), call(find, "i32", key)];
    },
    "slotOf",
  );
  return builder.func(["i32", "i32"], undefined, ([first, last], scope) => {
    const keyIn = enteredKey(plan, tables, scope);
    const key = scope.local("i64");
    return [
      // The states were read from the file, so their pairs are not yet in memory.
      forEach(first, last, 1, [set(key, keyIn(stateAddress(plan, first))), ...storePair(plan, first, key)]),
      callEffect(batchRoots),
      ...forEachProbe(plan, worker, scope, (probe) => [store32(probe, call(find, "i32", load64(probe)))]),
    ];
  });
}
