/** Yields to the event loop, so that timers and signals that came meanwhile are handled. */
export async function turnOfEventLoop(): Promise<void> {
  // The first turn may come before the loop looks for signals. The second comes after that.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
