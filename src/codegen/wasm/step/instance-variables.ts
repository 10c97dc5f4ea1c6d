import type { Value } from "../encoder/instructions.ts";
import type { Global } from "../encoder/module-builder.ts";

/** What each instance has of its own. */
export interface WorkerVariables {
  /** The start of the worker's area. */
  readonly area: Value<"i32">;
  /** Where the next violation is recorded. */
  readonly violationEnd: Global<"i32">;
  /** Successors in the batch. */
  readonly batchCount: Global<"i32">;
}
