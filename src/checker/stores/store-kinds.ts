import type { MemoryPlan, StoreName } from "../../memory/memory-plan.ts";
import type { LevelFiles } from "../disk/level-file.ts";
import type { SharedMemory } from "../memory/shared-memory.ts";
import { bitstate } from "./bitstate.ts";
import { exact } from "./exact.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Store, StoreKind } from "./store.ts";
import { tree } from "./tree.ts";

const kinds: { readonly [Name in StoreName]: StoreKind<Name> } = { exact, tree, fingerprint, bitstate };

export function partitionFor(name: StoreName, ...states: Parameters<StoreKind<StoreName>["partitionOf"]>) {
  return kinds[name].partitionOf(...states);
}

export function keepsLevelsInFile({ storeName }: MemoryPlan): boolean {
  return kinds[storeName].keepsLevelsInFile;
}

export function openStore<Name extends StoreName>(
  shared: SharedMemory<Name>,
  levelFiles: LevelFiles | undefined,
): Store {
  return kinds[shared.plan.storeName].open(shared, levelFiles);
}
