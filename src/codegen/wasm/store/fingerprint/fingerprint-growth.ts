/** Enters stored states, and enlarges the table of fingerprints. */

import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import {
  add,
  atomicCompareExchange64,
  block,
  br,
  brIf,
  eq,
  eqz,
  forEach,
  i32,
  i64,
  load64,
  loop,
  ne,
  set,
  shl,
  store64,
  tee,
  type Value,
  when,
} from "../../encoder/instructions.ts";
import { callEffect } from "../../encoder/module-builder.ts";
import { firstEmptyFunction } from "../first-empty.ts";
import type { StoreParts } from "../store-code.ts";
import { stateAddress } from "../whole-states.ts";
import { type FingerprintedName, fingerprinter, homeOf, slotAfter } from "./fingerprint.ts";

/** `reinsert(first, last)`: enters into the table states whose fingerprints differ from all that are in the table. */
export function enterFunction(plan: MemoryPlan<"fingerprint">, { builder, own }: StoreParts): void {
  builder.func(
    ["i32", "i32"],
    undefined,
    ([index, last], scope) => {
      const slot = scope.local("i32");
      const entry = scope.local("i64");
      const fingerprint = scope.local("i64");
      const { into } = fingerprinter(plan, scope);
      return [
        forEach(index, last, 1, [
          ...into(fingerprint, stateAddress(plan, index)),
          set(slot, homeOf(plan, fingerprint, own.mask)),
          block((done) => [
            loop((again) => [
              brIf(done, eqz(tee(entry, atomicCompareExchange64(slot, i64(0n), fingerprint)))),
              brIf(done, eq(entry, fingerprint)),
              set(slot, slotAfter(plan, slot, own.mask)),
              br(again),
            ]),
          ]),
        ]),
      ];
    },
    "reinsert",
  );
}

/** The functions that enlarge the table in place (src/checker/stores/growth-in-place.ts says how). */
export function rehashFunctions(plan: MemoryPlan<FingerprintedName>, { builder, own }: StoreParts): void {
  const addressOf = (number: Value<"i32">) => add(i32(plan.tableAt), shl(number, i32(3)));
  const place = builder.func(["i64"], undefined, ([fingerprint], scope) => {
    const slot = scope.local("i32");
    return [
      set(slot, homeOf(plan, fingerprint, own.mask)),
      loop((again) => [when(ne(load64(slot), i64(0n)), [set(slot, slotAfter(plan, slot, own.mask)), br(again)])]),
      store64(slot, fingerprint),
    ];
  });
  firstEmptyFunction(builder, (slot) => eqz(load64(addressOf(slot))));
  // A fingerprint has its whole hash, so the old size does not matter.
  builder.func(
    ["i32", "i32", "i32"],
    undefined,
    ([from, to], scope) => {
      const fingerprint = scope.local("i64");
      return [
        forEach(from, to, 1, [
          set(fingerprint, load64(addressOf(from))),
          when(ne(fingerprint, i64(0n)), [store64(addressOf(from), i64(0n)), callEffect(place, fingerprint)]),
        ]),
      ];
    },
    "rehash",
  );
}
