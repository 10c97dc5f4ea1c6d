/**
 * The kernel's counters: references, mappings, resident pages, lock readers. None falls below zero in a kernel that is
 * right. One that would is reported; the counter stays at 0, so that the search can go on with the other actors.
 */

import type { Expr } from "../../ir/expression.ts";
import { gt, subtract } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";

/** Part of a step: one less. `complaint` is what the kernel says of a counter that is 0 already. */
export function decrement(k: Recorder, counter: Expr, complaint: string, property?: string): void {
  k.assert(gt(counter, 0), complaint, property);
  k.if(gt(counter, 0), () => k.set(counter, subtract(counter, 1)));
}
