/** The file that each thread of a search loads. */
import { workerData } from "node:worker_threads";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import type { Descriptor } from "../disk/level-file.ts";
import type { SearchCode } from "../memory/module-instance.ts";
import { countUp, type SharedMemory, shareMemory } from "../memory/shared-memory.ts";
import { openStore } from "../stores/store-kinds.ts";
import { packCandidates } from "../violations/candidates-message.ts";
import { type Exploration, explore } from "./explore.ts";

/** Data that all threads share. */
export interface ExploreTask extends Exploration {
  readonly code: SearchCode;
  readonly memories: Pick<SharedMemory, "memory" | "banks">;
  /** Names the store. */
  readonly plan: MemoryPlan;
  readonly levelFile: Descriptor | undefined;
}

const { code, memories, plan, levelFile, ...exploration } = workerData as ExploreTask;
const store = openStore(shareMemory(memories, plan), levelFile);

/** Gives the worker's candidates as a message (candidates-message.ts). */
export function run(worker: number): Uint8Array {
  return packCandidates(explore(store, code, worker, exploration));
}

countUp(store.shared, "ready");
