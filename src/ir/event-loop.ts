/** Lets the event loop turn, so that what happened meanwhile is heard: timers and signals. */
export async function turnOfEventLoop(): Promise<void> {
  // The first one may come before the loop looks for signals, the second one comes after that.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
