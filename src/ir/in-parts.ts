import { turnOfEventLoop } from "./event-loop.ts";

/** Work that pauses at intervals, so that its caller can do other things meanwhile. */
export type InParts<Result> = Generator<void, Result, void>;

/** Does all of the work at once. */
export function finish<Result>(work: InParts<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Yield to the event loop this often, so that timers and signals are handled. */
const longestTurnMs = 50;

/** Yields to the event loop if the work pauses and has taken a while. Rejects with the signal's reason. */
export async function finishInTurns<Result>(work: InParts<Result>, signal?: AbortSignal): Promise<Result> {
  for (let began = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - began < longestTurnMs) continue;
    await turnOfEventLoop();
    signal?.throwIfAborted();
    began = performance.now();
  }
}
