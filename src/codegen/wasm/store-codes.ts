import type { MemoryPlan, StoreName } from "../../memory/memory-plan.ts";
import { bitstateCode } from "./store/bitstate/bitstate-code.ts";
import { exactCode } from "./store/exact/exact-code.ts";
import { fingerprintCode } from "./store/fingerprint/fingerprint-code.ts";
import type { StoreCode } from "./store/store-code.ts";
import { treeCode } from "./store/tree/tree-code.ts";

const codes: { readonly [Name in StoreName]: StoreCode<Name> } = {
  exact: exactCode,
  tree: treeCode,
  fingerprint: fingerprintCode,
  bitstate: bitstateCode,
};

export function storeCode<Name extends StoreName>({ storeName }: MemoryPlan<Name>): StoreCode<Name> {
  return codes[storeName];
}
