/** The generated code of the store that remembers states by their fingerprints. */
import type { StoreCode } from "../store-code.ts";
import { stateAddress } from "../whole-states.ts";
import { enterFunction, rehashFunctions } from "./fingerprint-growth.ts";
import { type EarlierStates, fingerprintInsertion } from "./fingerprint-insertion.ts";
import { slotLookup } from "./fingerprint-lookup.ts";

export const fingerprintCode: StoreCode<"fingerprint"> = {
  begin: (_, plan) => ({
    addressOf: (index) => stateAddress(plan, index),
    insertion(parts) {
      const insertion = fingerprintInsertion(plan, allInTable, parts);
      enterFunction(plan, parts);
      rehashFunctions(plan, parts);
      return insertion;
    },
    lookup: (parts) => slotLookup(plan, parts),
  }),
  bankModule: () => undefined,
};

const allInTable: EarlierStates = { touch: () => [], look: () => () => [] };
