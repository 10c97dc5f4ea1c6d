import { turnOfEventLoop } from "./event-loop.ts";

/** Work that pauses now and then, so that whoever does it can look at other things meanwhile. */
export type InParts<Result> = Generator<void, Result, void>;

/** Does all of it at once. */
export function finish<Result>(work: InParts<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Longer than this nothing else is heard: timers, signals. */
const longestTurnMs = 50;

/** Lets the event loop turn wherever the work pauses and has taken a while; rejects with the signal's reason. */
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
