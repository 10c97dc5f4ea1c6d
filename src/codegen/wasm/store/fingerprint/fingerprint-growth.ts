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
  geU,
  i32,
  i64,
  increase,
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
import type { Names } from "../exported-functions.ts";
import type { StoreParts } from "../store-code.ts";
import { stateAddress } from "../whole-states.ts";
import { fingerprinter, homeOf, slotAfter, type TwoLevelName } from "./fingerprint.ts";

export interface GrowthFunctions {
  readonly enter: (fingerprint: bigint) => void;
  readonly firstEmpty: (from: number, to: number) => number;
  readonly rehash: (from: number, to: number) => void;
}

export const growthFunctions: Names<GrowthFunctions> = { enter: true, firstEmpty: true, rehash: true };

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

/**
 * The table grows in place. A run is a sequence of slots that are not empty. It holds only fingerprints whose search
 * begins in the same run, so a run after an empty slot can be treated independently. From the first slot of a run to the
 * last, each fingerprint is removed and put into the first empty slot from its new home on. That slot is either in its
 * own run and not after the old slot, or at the same distance from the start of one of the new parts of the table, to
 * which no other run moves fingerprints.
 *
 * `rehash(from, to)` moves the fingerprints between two empty slots, after the new mask was set. `firstEmpty(from, to)`
 * finds such a slot. `enter(fingerprint)` is for the run that continues from the last slot to the first.
 */
export function rehashFunctions(plan: MemoryPlan<TwoLevelName>, { builder, own }: StoreParts): void {
  const addressOf = (number: Value<"i32">) => add(i32(plan.tableAt), shl(number, i32(3)));
  const place = builder.func(
    ["i64"],
    undefined,
    ([fingerprint], scope) => {
      const slot = scope.local("i32");
      return [
        set(slot, homeOf(plan, fingerprint, own.mask)),
        loop((again) => [when(ne(load64(slot), i64(0n)), [set(slot, slotAfter(plan, slot, own.mask)), br(again)])]),
        store64(slot, fingerprint),
      ];
    },
    "enter",
  );
  builder.func(
    ["i32", "i32"],
    "i32",
    ([from, to]) => [
      block((found) => [
        loop((again) => [
          brIf(found, geU(from, to)),
          brIf(found, eqz(load64(addressOf(from)))),
          increase(from, i32(1)),
          br(again),
        ]),
      ]),
      from,
    ],
    "firstEmpty",
  );
  builder.func(
    ["i32", "i32"],
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
