/** Enters stored states again into a table that has grown. */

import { batchSuccessors, probeBytes } from "../../../../memory/memory-map.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  br,
  eqz,
  forEach,
  i32,
  increase,
  type Local,
  load32,
  loop,
  ltU,
  set,
  store32,
  when,
  whileTrue,
  xor,
} from "../../encoder/instructions.ts";
import { setGlobal } from "../../encoder/module-builder.ts";
import { claimSlot, readSlot } from "../claim-slot.ts";
import { hashInto, tableHash } from "../hash.ts";
import type { StoreParts } from "../store-code.ts";
import { entryOf, nextSlot, slotOf } from "../table-entry.ts";
import type { StoredStates } from "./stored-states.ts";

/**
 * `reinsert(first, last)`. Stored states differ from each other, so each only needs an empty slot. As in the insertion
 * (exact-insertion.ts), the table's lines are touched for a batch of states before any of them is needed.
 */
export function reinsertFunction(
  plan: MemoryPlan<"exact">,
  stored: StoredStates,
  { builder, worker, own }: StoreParts,
): void {
  builder.func(
    ["i32", "i32"],
    undefined,
    ([index, last], scope) => {
      const hash = scope.local("i64");
      const short = scope.local("i32");
      const slot = scope.local("i32");
      const entry = scope.local("i32");
      const sink = scope.local("i32");
      const mask = scope.local("i32");
      const first = scope.local("i32");
      const end = scope.local("i32");
      const probe = scope.local("i32");
      const restart: readonly [Local<"i32">, ReturnType<typeof add>] = [probe, add(worker.area, i32(plan.probesIn))];
      return [
        set(mask, own.mask),
        whileTrue(ltU(index, last), [
          set(first, index),
          set(end, add(index, i32(batchSuccessors))),
          when(ltU(last, end), [set(end, last)]),
          set(...restart),
          forEach(index, end, 1, [
            ...hashInto(hash, stored.addressOf(index), plan.stride / 4),
            store32(probe, tableHash(hash)),
            increase(probe, i32(probeBytes)),
          ]),
          set(slot, probe),
          set(...restart),
          forEach(probe, slot, probeBytes, [set(sink, xor(sink, load32(slotOf(plan, load32(probe), mask))))]),
          set(...restart),
          forEach(first, end, 1, [
            set(short, load32(probe)),
            set(slot, slotOf(plan, short, mask)),
            loop((again) => [
              set(entry, readSlot(plan, slot)),
              when(eqz(entry), [claimSlot(plan, slot, entryOf(short, first, mask), entry)]),
              when(entry, [set(slot, nextSlot(plan, slot, mask)), br(again)]),
            ]),
            increase(probe, i32(probeBytes)),
          ]),
        ]),
        setGlobal(own.sink, sink),
      ];
    },
    "reinsert",
  );
}
