/** The generated code of the store that remembers states as pairs of parts. */
import { required } from "../../../../ir/lookup.ts";
import type { MemoryPlan } from "../../../../memory/memory-plan.ts";
import type { BegunStore, StoreCode, StoreParts } from "../store-code.ts";
import { batchRoots } from "./batch-roots.ts";
import { partTable, sidesOf } from "./part-table.ts";
import { reshapeFunctions } from "./reshaping.ts";
import { importedBanks, rootBankModule, rootsInBanks } from "./root-banks.ts";
import { cellsFor, cellsOfEitherWidth } from "./root-cells.ts";
import { changingShape } from "./root-key.ts";
import { ownRoots } from "./root-table.ts";
import type { Roots } from "./roots.ts";
import { enterFunctions, rootLookup } from "./tree-entering.ts";
import { treeInsertion } from "./tree-insertion.ts";
import { wholeWindow } from "./whole-window.ts";

export const treeCode: StoreCode<"tree"> = {
  begin(builder, plan) {
    const banks = importedBanks(builder, plan);
    const window = wholeWindow(builder, plan);
    let lookup: BegunStore["lookup"] | undefined;
    return {
      addressOf: window.addressOf,
      insertion(parts) {
        const [left, right] = sidesOf(plan);
        window.functions(parts.worker.area, [left, right]);
        const tables = [partTable(builder, plan, left), partTable(builder, plan, right)] as const;
        const roots = banks.length === 0 ? rootsInMemory(plan, parts) : rootsInBanks(builder, plan, banks);
        const ofBatch = batchRoots(plan, tables, { ...roots, ...window }, parts);
        enterFunctions(plan, tables, roots, parts);
        lookup = () => rootLookup(plan, { batchRoots: ofBatch, ...roots }, parts);
        return treeInsertion(plan, ofBatch, roots, parts);
      },
      lookup: (parts) => required(lookup, "the tables of parts and roots")(parts),
    };
  },
  bankModule: rootBankModule,
};

function rootsInMemory(plan: MemoryPlan<"tree">, parts: StoreParts): Roots {
  const shape = changingShape(parts.builder);
  const cells = cellsFor(plan, cellsOfEitherWidth(shape.narrow));
  const table = { tableAt: plan.tableAt, width: shape, cells, update: shape.update };
  const { usedCells, ...functions } = ownRoots(parts.builder, table);
  const roots = { ...functions, shape };
  reshapeFunctions(plan, roots, usedCells, parts);
  return roots;
}
