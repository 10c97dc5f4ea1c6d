/** Results that are computed once for a trace. */
import type { Trace } from "../../trace/format.ts";
import { actorsOf, type History, historyOf } from "./history.ts";
import { type Hold, holdsOf } from "./locks.ts";
import { type StateTable, tablesOf } from "./tables.ts";

export interface Analysis {
  readonly trace: Trace;
  readonly actors: readonly string[];
  readonly history: History;
  readonly holds: readonly Hold[];
  readonly tables: readonly StateTable[];
}

export function analyse(trace: Trace): Analysis {
  const actors = actorsOf(trace);
  const history = historyOf(trace);
  const holds = holdsOf(trace, history);
  return { trace, actors, history, holds, tables: tablesOf(history) };
}
