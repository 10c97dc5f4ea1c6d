/**
 * The kernel's counters: references, mappings, resident pages, lock readers. In a correct kernel no counter falls below
 * zero. A counter that would do so is reported. It stays at 0, so that the search can go on with the other actors.
 */

import type { Expr } from "../../ir/expression.ts";
import { gt, subtract } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";

/** Part of a step: subtracts one. `complaint` is the kernel's message if the counter is 0 already. */
export function decrement(k: Recorder, counter: Expr, complaint: string, property?: string): void {
  k.assert(gt(counter, 0), complaint, property);
  k.if(gt(counter, 0), () => k.set(counter, subtract(counter, 1)));
}
