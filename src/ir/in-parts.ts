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

/** Lets the event loop turn wherever the work pauses and has taken a while. */
export async function finishInTurns<Result>(work: InParts<Result>): Promise<Result> {
  for (let began = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - began < longestTurnMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
}
