export type Signal = "SIGINT" | "SIGTERM";

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  readonly received: () => Signal | undefined;
  readonly stopListening: () => void;
}

/**
 * The first signal asks the search to stop. Then nobody listens any more, so that the second one has its usual effect and
 * ends the process at once.
 */
export function listenForSignals(): Interruption {
  const controller = new AbortController();
  let received: Signal | undefined;
  const stopListening = () => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
  function onSignal(signal: NodeJS.Signals): void {
    received = signal === "SIGTERM" ? "SIGTERM" : "SIGINT";
    stopListening();
    controller.abort();
  }
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return { signal: controller.signal, received: () => received, stopListening };
}
