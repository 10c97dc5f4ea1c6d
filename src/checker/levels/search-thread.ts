/** What a thread of a search does, however it was started. */
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import type { Descriptor, LevelFiles } from "../disk/level-file.ts";
import type { SearchCode } from "../memory/module-instance.ts";
import { countUp, type SharedMemory, shareMemory } from "../memory/shared-memory.ts";
import { openStore } from "../stores/store-kinds.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { type Exploration, explore } from "./explore.ts";

/** Data that all threads share, as a message. */
export interface ExploreTask extends Exploration {
  readonly code: SearchCode;
  readonly memories: Pick<SharedMemory, "memory" | "banks">;
  /** Names the store. */
  readonly plan: MemoryPlan;
  readonly levelFiles: { readonly [Name in keyof LevelFiles]: Descriptor } | undefined;
}

/** Gives the function that searches in the area of a worker until the threads hand over or end. */
export function searchThread(
  { code, memories, plan, ...exploration }: ExploreTask,
  levelFiles: LevelFiles | undefined,
): (worker: number) => readonly Candidate[] {
  const store = openStore(shareMemory(memories, plan), levelFiles);
  countUp(store.shared, "ready");
  return (worker) => explore(store, code, worker, exploration);
}
