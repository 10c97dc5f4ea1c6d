import type { Value } from "../encoder/instructions.ts";
import type { Global } from "../encoder/module-builder.ts";

/** The variables of each instance. */
export interface WorkerVariables {
  /** The start of the worker's area. */
  readonly area: Value<"i32">;
  /** The address at which the next violation is recorded. */
  readonly violationEnd: Global<"i32">;
  /** Successors in the batch. */
  readonly batchCount: Global<"i32">;
  /** Which bits of the sleeping actors count: all, or none. */
  readonly leavesOut: Global<"i32">;
}
