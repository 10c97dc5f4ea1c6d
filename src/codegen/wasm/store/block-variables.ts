/** The variables by which a worker fills its block of stored states. */
import type { Global, ModuleBuilder } from "../encoder/module-builder.ts";

/** The block of indices that a worker fills. */
export interface BlockVariables {
  readonly next: Global<"i32">;
  readonly end: Global<"i32">;
  /** The first index that does not yet belong to a segment. */
  readonly open: Global<"i32">;
  /** The table's size minus one. */
  readonly mask: Global<"i32">;
  /** Adds up the values of loads that only warm the cache, so that the compiler keeps these loads. */
  readonly sink: Global<"i32">;
}

export function blockVariables(builder: ModuleBuilder): BlockVariables {
  return {
    next: builder.variable(),
    end: builder.variable(),
    open: builder.variable(),
    mask: builder.variable(),
    sink: builder.variable(),
  };
}
