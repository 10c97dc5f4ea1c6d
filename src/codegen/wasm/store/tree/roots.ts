/** What the code of the store asks of the table of roots, which is in the memory of the search or in banks. */
import type { Effect, Label, Value } from "../../encoder/instructions.ts";
import type { FunctionRef, FunctionScope } from "../../encoder/module-builder.ts";
import type { KeyShape } from "./root-key.ts";

/** All keys are spread. */
export interface Roots {
  readonly shape: KeyShape;
  /** Loads the root's home, to bring it into the cache. */
  readonly touch: (key: Value<"i64">) => Value<"i32">;
  /** `(key)`: one more than the number of the root's slot; 0 if it is not in the table. */
  readonly find: FunctionRef;
  /** `(key)`: puts a root into the table unless it is there, and returns one of `claimed`. */
  readonly claim: FunctionRef;
  /** The code that inserts roots in a loop of a function. */
  readonly inserting: (scope: FunctionScope) => RootInsertion;
}

export interface RootInsertion {
  readonly insert: (key: Value<"i64">, steps: InsertionSteps) => readonly Effect[];
}

export interface InsertionSteps {
  /** Continues with the next root. */
  readonly done: Label;
  /** Runs if the root is not in the table. May leave by `done`. */
  readonly judge: Effect;
  /** Runs if the root was put into the table. */
  readonly isNew: readonly Effect[];
}
