/** The file that each thread of a search loads. */
import { parentPort, workerData } from "node:worker_threads";
import type { MemoryPlan } from "../codegen/wasm/memory-map.ts";
import { packCandidates } from "./candidates-message.ts";
import { type Exploration, explore } from "./explore.ts";
import type { SearchCode } from "./module-instance.ts";
import { countUp, type SharedMemory, shareMemory } from "./shared-memory.ts";

export interface ExploreTask extends Exploration {
  readonly worker: number;
  readonly code: SearchCode;
  readonly memories: Pick<SharedMemory, "memory" | "banks">;
  readonly plan: MemoryPlan;
}

const { worker, code, memories, plan, ...exploration } = workerData as ExploreTask;
const shared = shareMemory(memories, plan);

/** Explores whenever it is told to, and answers with its candidates as a message (candidates-message.ts). */
parentPort?.on("message", () => {
  parentPort?.postMessage(packCandidates(explore(shared, code, worker, exploration)));
});
countUp(shared, "ready");
