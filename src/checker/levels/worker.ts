/** The file that each thread of a search loads. */
import { workerData } from "node:worker_threads";
import type { MemoryPlan } from "../../memory/memory-map.ts";
import type { SearchCode } from "../memory/module-instance.ts";
import { countUp, type SharedMemory, shareMemory } from "../memory/shared-memory.ts";
import { packCandidates } from "../violations/candidates-message.ts";
import { type Exploration, explore } from "./explore.ts";

/** What all threads have in common. */
export interface ExploreTask extends Exploration {
  readonly code: SearchCode;
  readonly memories: Pick<SharedMemory, "memory" | "banks">;
  readonly plan: MemoryPlan;
}

const { code, memories, plan, ...exploration } = workerData as ExploreTask;
const shared = shareMemory(memories, plan);

/** Gives the worker's candidates as a message (candidates-message.ts). */
export function run(worker: number): Uint8Array {
  return packCandidates(explore(shared, code, worker, exploration));
}

countUp(shared, "ready");
