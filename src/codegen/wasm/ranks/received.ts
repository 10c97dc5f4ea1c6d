/** What a rank does with states that other ranks send, which stand in the batch in their canonical form. */
import { add, forEach, i32, load32, set, shl, store32 } from "../encoder/instructions.ts";
import { callEffect, type FunctionRef, setGlobal } from "../encoder/module-builder.ts";
import type { StateChecks } from "../step/state-checks.ts";
import type { Insertion, StoreParts } from "../store/store-code.ts";
import type { RankPlan } from "./sharing-out.ts";

type Receiving = Pick<StoreParts, "builder" | "worker"> & { readonly judges: StateChecks };

/**
 * `insertReceived(count)`: inserts states that other ranks have found. They were judged already, and have no parent here. So they come by a move that no state check asks about, and state 0
 * takes the part of the parent, as it would of any state that has been stored. Its note stays as it was.
 */
export function insertReceived(
  plan: RankPlan,
  { builder, worker, judges }: Receiving,
  { insertBatch }: Insertion,
): void {
  const unjudged = judges.groupOf.indexOf(0);
  if (unjudged < 0) throw new Error("every location has state checks, even one at which an actor has finished");
  builder.func(
    ["i32"],
    undefined,
    ([count], scope) => {
      const [move, end, note] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
      const { notesAt } = plan;
      return [
        setGlobal(worker.batchCount, count),
        set(move, add(worker.area, i32(plan.movesIn))),
        set(end, add(move, shl(count, i32(3)))),
        forEach(move, end, 8, [store32(move, i32(0)), store32(move, i32(unjudged), 4)]),
        ...(notesAt === undefined ? [] : [set(note, load32(i32(notesAt)))]),
        callEffect(insertBatch),
        ...(notesAt === undefined ? [] : [store32(i32(notesAt), note)]),
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
