/** The bitstate store's generated code: fingerprints for the new level, the bit filter for the levels before. */
import type { BitstatePlan } from "../../../../memory/bitstate-plan.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import { brIf, forEach, load32, set, wrap } from "../../encoder/instructions.ts";
import { fingerprinter } from "../fingerprint/fingerprint.ts";
import { rehashFunctions } from "../fingerprint/fingerprint-growth.ts";
import { type EarlierStates, fingerprintInsertion } from "../fingerprint/fingerprint-insertion.ts";
import type { StoreCode, StoreParts } from "../store-code.ts";
import { stateAddress } from "../whole-states.ts";
import { isSeen, lineOf, markSeen } from "./bit-filter.ts";

export const bitstateCode: StoreCode<"bitstate"> = {
  begin: (_, plan) => ({
    addressOf: (index) => stateAddress(plan, index),
    insertion(parts) {
      const insertion = fingerprintInsertion(plan, inFilter(plan.store), parts);
      markFunction(plan, parts);
      rehashFunctions(plan, parts);
      return insertion;
    },
    lookup() {
      throw new Error("states that only a filter knows cannot be looked up");
    },
  }),
  bankModule: () => undefined,
};

function inFilter(plan: BitstatePlan): EarlierStates {
  return {
    touch: (fingerprint) => [load32(lineOf(plan, fingerprint))],
    look(scope) {
      const [low, line] = [scope.local("i32"), scope.local("i32")];
      return (fingerprint, known) => [
        set(low, wrap(fingerprint)),
        set(line, lineOf(plan, fingerprint)),
        brIf(known, isSeen(low, line)),
      ];
    },
  };
}

/** `reinsert(first, last)`: enters states into the filter. */
function markFunction(plan: MemoryPlan<"bitstate">, { builder }: StoreParts): void {
  builder.func(
    ["i32", "i32"],
    undefined,
    ([index, last], scope) => {
      const fingerprint = scope.local("i64");
      const [low, line] = [scope.local("i32"), scope.local("i32")];
      const { into } = fingerprinter(plan, scope);
      return [
        forEach(index, last, 1, [
          ...into(fingerprint, stateAddress(plan, index)),
          ...markSeen(plan.store, fingerprint, low, line),
        ]),
      ];
    },
    "reinsert",
  );
}
