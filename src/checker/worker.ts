/** The file that each worker thread loads; it runs one long task. */
import type { MemoryPlan } from "../codegen/wasm/memory-map.ts";
import { packCandidates } from "./candidates-message.ts";
import type { Exchanges } from "./exchanged-target.ts";
import { explore } from "./explore.ts";
import type { Limits } from "./level-leader.ts";
import type { SearchCode } from "./module-instance.ts";
import { type SharedMemory, shareMemory } from "./shared-memory.ts";

export interface ExploreTask {
  readonly worker: number;
  readonly code: SearchCode;
  readonly memories: Pick<SharedMemory, "memory" | "banks">;
  readonly plan: MemoryPlan;
  readonly limits: Limits;
  readonly exchanges: Exchanges;
}

/** Gives the worker's candidates as a message (candidates-message.ts). */
export function run({ worker, code, memories, plan, limits, exchanges }: ExploreTask): Uint8Array {
  return packCandidates(explore(shareMemory(memories, plan), code, worker, { limits, exchanges }));
}
