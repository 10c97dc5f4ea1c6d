/** What a rank does with states that other ranks send, which stand in the batch in their canonical form. */
import { add, type Effect, forEach, i32, ltU, set, shl, store32 } from "../encoder/instructions.ts";
import { callEffect, type FunctionRef, setGlobal } from "../encoder/module-builder.ts";
import type { StateChecks } from "../step/state-checks.ts";
import type { Insertion, StoreParts } from "../store/store-code.ts";
import type { RankPlan } from "./sharing-out.ts";

type Receiving = Pick<StoreParts, "builder" | "worker"> & { readonly judges: StateChecks };

/**
 * `insertReceived(count, position)`: inserts states that other ranks have found. They were judged already, so they come by a
 * move that no state check asks about. If places are kept, the words for them stand behind those of the notes. So the state
 * at a position is inserted as the successor of a state to which this word would belong, and the word gets its place. From the
 * last word on, all states share it.
 */
export function insertReceived(
  plan: RankPlan,
  { builder, worker, judges }: Receiving,
  { insertBatch }: Insertion,
): void {
  const { receivedAt, maxStates } = plan;
  const unjudged = judges.groupOf.indexOf(0);
  if (unjudged < 0) throw new Error("every location has state checks, even one at which an actor has finished");
  builder.func(
    ["i32", "i32"],
    undefined,
    ([count, position], scope) => {
      const [move, end] = [scope.local("i32"), scope.local("i32")];
      const parent: readonly Effect[] =
        receivedAt === undefined
          ? [store32(move, i32(0))]
          : [
              store32(move, add(position, i32(maxStates))),
              set(position, add(position, ltU(position, i32(maxStates - 1)))),
            ];
      return [
        setGlobal(worker.batchCount, count),
        set(move, add(worker.area, i32(plan.movesIn))),
        set(end, add(move, shl(count, i32(3)))),
        forEach(move, end, 8, [...parent, store32(move, i32(unjudged), 4)]),
        callEffect(insertBatch),
      ];
    },
    "insertReceived",
  );
}

/** `lookUpReceived(count)`: gives each state one more than its place in the store, or 0 if it is not stored. */
export function lookUpReceived(plan: RankPlan, { builder, worker }: Receiving, lookUp: FunctionRef): void {
  builder.func(
    ["i32"],
    undefined,
    ([count], scope) => {
      const [move, end] = [scope.local("i32"), scope.local("i32")];
      return [
        setGlobal(worker.batchCount, count),
        set(move, add(worker.area, i32(plan.movesIn))),
        set(end, add(move, shl(count, i32(3)))),
        forEach(move, end, 8, [store32(move, i32(0))]),
        callEffect(lookUp, i32(0), i32(1)),
      ];
    },
    "lookUpReceived",
  );
}
