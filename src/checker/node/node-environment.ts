import { availableParallelism } from "node:os";
import { openCheckpoint, restore, saveCheckpoint } from "../checkpoint/checkpoint.ts";
import { openStorage } from "../disk/level-storage.ts";
import type { SearchEnvironment } from "../environment/search-environment.ts";
import { machineMemory } from "./machine-memory.ts";
import { startWorkers } from "./worker-pool.ts";

export const nodeEnvironment: SearchEnvironment = {
  threads: availableParallelism,
  startThreads: startWorkers,
  memory: machineMemory,
  files: { openStorage, openCheckpoint, restore, saveCheckpoint },
};
