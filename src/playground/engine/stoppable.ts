/** Searches that can be stopped. */
export interface Stoppable {
  /** Runs the work with a signal of its own, which tells it to end with what it has found. */
  readonly run: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
  /** Tells all work that runs. */
  readonly stop: () => void;
}

export function stoppable(): Stoppable {
  const running = new Set<AbortController>();
  return {
    async run(work) {
      const stopping = new AbortController();
      running.add(stopping);
      try {
        return await work(stopping.signal);
      } finally {
        running.delete(stopping);
      }
    },
    stop() {
      for (const stopping of running) stopping.abort();
    },
  };
}
