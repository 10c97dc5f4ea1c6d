/** Stands in a bundle for src/codegen/wasm/store-codes.ts, as store-kinds.ts beside it does. */
import { exactCode } from "../../../codegen/wasm/store/exact/exact-code.ts";
import type { StoreCode } from "../../../codegen/wasm/store/store-code.ts";

export function storeCode(): StoreCode<"exact"> {
  return exactCode;
}
