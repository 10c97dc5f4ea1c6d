import { isBroken, type Trace } from "./format.ts";

/** `no-use-after-free promises: ...`; beside "violated", the sentence alone would read as what happens. */
export function promiseOf(trace: Trace): string {
  return isBroken(trace) ? `${trace.property} promises: ${trace.sentence}` : trace.sentence;
}
