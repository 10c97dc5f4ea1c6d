/** For `can-always-finish`: finds the slot of a state's fingerprint in the table. */

import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  br,
  eqz,
  i32,
  load64,
  loop,
  ne,
  ret,
  set,
  shrU,
  store32,
  sub,
  tee,
  when,
} from "../../encoder/instructions.ts";
import { call, type FunctionRef } from "../../encoder/module-builder.ts";
import { forEachSuccessor } from "../../expand/successor-batch.ts";
import { canonise } from "../../step/canonical-form.ts";
import type { StoreParts } from "../store-code.ts";
import { stateAddress } from "../whole-states.ts";
import { fingerprinter, homeOf, slotAfter } from "./fingerprint.ts";

/** The place of a state is its slot. `slotOf(index)` returns one more than the number of a state's slot. */
export function slotLookup(
  plan: MemoryPlan<"fingerprint">,
  { builder, worker, own, canonical }: StoreParts,
): FunctionRef {
  const find = builder.func(["i32"], "i32", ([state], scope) => {
    const fingerprint = scope.local("i64");
    const entry = scope.local("i64");
    const slot = scope.local("i32");
    const { into } = fingerprinter(plan, scope);
    return [
      ...into(fingerprint, state),
      set(slot, homeOf(plan, fingerprint, own.mask)),
      loop((again) => [
        when(eqz(tee(entry, load64(slot))), [ret(i32(0))]),
        when(ne(entry, fingerprint), [set(slot, slotAfter(plan, slot, own.mask)), br(again)]),
      ]),
      add(shrU(sub(slot, i32(plan.tableAt)), i32(3)), i32(1)),
    ];
  });
  builder.func(["i32"], "i32", ([index]) => [call(find, "i32", stateAddress(plan, index))], "slotOf");
  return builder.func(["i32", "i32"], undefined, (_, scope) =>
    forEachSuccessor(plan, worker, scope, ({ state, probe }) => [
      ...canonise(plan, canonical, state),
      store32(probe, call(find, "i32", state)),
    ]),
  );
}
