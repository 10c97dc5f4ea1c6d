import { availableParallelism } from "node:os";
import { openCheckpoint, restore } from "../checkpoint/checkpoint.ts";
import { openStorageFor, saveCheckpoint } from "../checkpoint/replace-checkpoint.ts";
import type { SearchEnvironment } from "../environment/search-environment.ts";
import { machineMemory } from "./machine-memory.ts";
import { startWorkers } from "./worker-pool.ts";

export const nodeEnvironment: SearchEnvironment = {
  threads: availableParallelism,
  startThreads: startWorkers,
  memory: machineMemory,
  files: { openStorage: openStorageFor, openCheckpoint, restore, saveCheckpoint },
};
