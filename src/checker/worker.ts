/** The file that each worker thread loads; it runs one long task. */
import type { MemoryPlan } from "../codegen/wasm/memory-map.ts";
import { packCandidates } from "./candidates-message.ts";
import { type Exploration, explore } from "./explore.ts";
import type { SearchCode } from "./module-instance.ts";
import { type SharedMemory, shareMemory } from "./shared-memory.ts";

export interface ExploreTask extends Exploration {
  readonly worker: number;
  readonly code: SearchCode;
  readonly memories: Pick<SharedMemory, "memory" | "banks">;
  readonly plan: MemoryPlan;
}

/** Gives the worker's candidates as a message (candidates-message.ts). */
export function run({ worker, code, memories, plan, ...exploration }: ExploreTask): Uint8Array {
  return packCandidates(explore(shareMemory(memories, plan), code, worker, exploration));
}
