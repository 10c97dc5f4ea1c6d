/** The exact store's generated code: hashes find a state's place, and whole states are compared. */
import { required } from "../../../../ir/lookup.ts";
import type { FunctionRef } from "../../encoder/module-builder.ts";
import type { StoreCode } from "../store-code.ts";
import { bankModule } from "./bank-module.ts";
import { exactInsertion } from "./exact-insertion.ts";
import { stateLookup } from "./state-lookup.ts";
import { storedStates } from "./stored-states.ts";
import { reinsertFunction } from "./table-growth.ts";

export const exactCode: StoreCode<"exact"> = {
  begin(builder, plan) {
    const stored = storedStates(builder, plan);
    let warm: FunctionRef | undefined;
    return {
      addressOf: stored.addressOf,
      insertion(parts) {
        const insertion = exactInsertion(plan, stored, parts);
        warm = insertion.warm;
        reinsertFunction(plan, stored, parts);
        return insertion;
      },
      lookup: (parts) => stateLookup(plan, stored, required(warm, "the table of states"), parts),
    };
  },
  bankModule,
};
