/** For properties of whole runs: finds states in the table. */
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { and, block, br, brIf, eqz, load32, loop, set, store32, tee, when } from "../../encoder/instructions.ts";
import { callEffect, type FunctionRef } from "../../encoder/module-builder.ts";
import { forEachSuccessor } from "../../expand/successor-batch.ts";
import { readSlot } from "../claim-slot.ts";
import type { StoreParts } from "../store-code.ts";
import { indexOfEntry, nextSlot, tagsDiffer } from "../table-entry.ts";
import type { StoredStates } from "./stored-states.ts";

/** The place of a state is its index. `warm`: see exact-insertion.ts. */
export function stateLookup(
  plan: MemoryPlan<"exact">,
  stored: StoredStates,
  warm: FunctionRef,
  { builder, worker, own }: StoreParts,
): FunctionRef {
  return builder.func(["i32", "i32"], undefined, (_, scope) => {
    const short = scope.local("i32");
    const slot = scope.local("i32");
    const entry = scope.local("i32");
    const mask = scope.local("i32");
    return [
      callEffect(warm),
      set(mask, own.mask),
      ...forEachSuccessor(plan, worker, scope, ({ state, probe }) => [
        set(short, load32(probe)),
        set(slot, load32(probe, 4)),
        block((found) => [
          loop((again) => [
            brIf(found, eqz(tee(entry, readSlot(plan, slot)))),
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
