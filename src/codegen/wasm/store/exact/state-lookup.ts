/** For `can-always-finish`: finds states in the table. */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { and, atomicLoad32, block, br, brIf, eqz, loop, set, store32, tee, when } from "../../encoder/instructions.ts";
import type { FunctionRef } from "../../encoder/module-builder.ts";
import { forEachSuccessor } from "../../expand/successor-batch.ts";
import { canonise } from "../../step/canonical-form.ts";
import { hashInto, tableHash } from "../hash.ts";
import type { StoreParts } from "../store-code.ts";
import { indexOfEntry, nextSlot, slotOf, tagsDiffer } from "../table-entry.ts";
import type { StoredStates } from "./stored-states.ts";

/** The place of a state is its index. */
export function stateLookup(
  plan: MemoryPlan<"exact">,
  stored: StoredStates,
  { builder, worker, own, canonical }: StoreParts,
): FunctionRef {
  const words = plan.stride / 4;
  return builder.func(["i32", "i32"], undefined, (_, scope) => {
    const hash = scope.local("i64");
    const short = scope.local("i32");
    const slot = scope.local("i32");
    const entry = scope.local("i32");
    const mask = scope.local("i32");
    return [
      set(mask, own.mask),
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
    ];
  });
}
