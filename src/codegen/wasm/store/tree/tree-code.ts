/** The generated code of the store that remembers states as pairs of parts. */
import { required } from "../../../../ir/lookup.ts";
import type { FunctionRef } from "../../encoder/module-builder.ts";
import type { StoreCode } from "../store-code.ts";
import { stateAddress } from "../whole-states.ts";
import { batchRoots } from "./batch-roots.ts";
import { type PartTable, partTable, sidesOf } from "./part-table.ts";
import { rehashRoots } from "./root-table.ts";
import { enterFunction, rootLookup } from "./tree-entering.ts";
import { treeInsertion } from "./tree-insertion.ts";

export const treeCode: StoreCode<"tree"> = {
  begin(_, plan) {
    let tables: readonly [PartTable, PartTable] | undefined;
    let roots: FunctionRef | undefined;
    return {
      addressOf: (index) => stateAddress(plan, index),
      insertion(parts) {
        const [left, right] = sidesOf(plan);
        tables = [partTable(parts.builder, plan, left), partTable(parts.builder, plan, right)];
        roots = batchRoots(plan, tables, parts);
        enterFunction(plan, tables, parts);
        rehashRoots(parts.builder, plan, parts.own);
        return treeInsertion(plan, roots, parts);
      },
      lookup(parts) {
        rootLookup(plan, required(tables, "the tables of parts"), required(roots, "the roots of a batch"), parts);
      },
    };
  },
  bankModule: () => undefined,
};
