/** The file that each worker thread loads; it runs one long task. */
import type { MemoryPlan } from "../codegen/wasm/memory-map.ts";
import { explore } from "./explore.ts";
import type { Limits } from "./level-leader.ts";
import { shareMemory } from "./shared-memory.ts";
import type { Candidate } from "./violation-candidates.ts";

export interface ExploreTask {
  readonly worker: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly plan: MemoryPlan;
  readonly limits: Limits;
}

export function run({ worker, module, memory, plan, limits }: ExploreTask): readonly Candidate[] {
  return explore(shareMemory(memory, plan), module, worker, limits);
}
