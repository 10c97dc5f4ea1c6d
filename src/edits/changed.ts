import type { Expr } from "../ir/expression.ts";
import type { RecordedStatement } from "../ir/recorder.ts";
import type { Variable } from "../ir/variable.ts";

/** A step after an edit. */
export interface Changed {
  readonly body: RecordedStatement[];
  /** What a new step before this one reads into new registers. */
  readonly before?: readonly Look[];
}

export interface Look {
  readonly register: Variable;
  readonly value: Expr;
}
