import type { MemoryPlan, StoreName } from "../../memory/memory-plan.ts";
import type { SearchOptions } from "../contract/search-types.ts";
import type { Descriptor } from "../disk/level-file.ts";
import type { LevelStorage } from "../disk/level-storage.ts";
import type { SharedMemory } from "../memory/shared-memory.ts";
import { bitstate } from "./bitstate.ts";
import { exact } from "./exact.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Store, StoreKind } from "./store.ts";

const kinds: { readonly [Name in StoreName]: StoreKind<Name> } = { exact, fingerprint, bitstate };

/** Throws a UserError if the file cannot be written. */
export function openStorage({ storeName }: MemoryPlan, options: SearchOptions): LevelStorage | undefined {
  return kinds[storeName].openStorage(options);
}

export function openStore<Name extends StoreName>(
  shared: SharedMemory<Name>,
  levelFile: Descriptor | undefined,
): Store {
  return kinds[shared.plan.storeName].open(shared, levelFile);
}
