import { buildingUntil, isStop } from "../../check/stopping.ts";
import { turnOfEventLoop } from "../../ir/event-loop.ts";
import type { Host } from "./surroundings.ts";

export type Signal = "SIGINT" | "SIGTERM";

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  readonly received: () => Signal | undefined;
  /**
   * The signal that came, if any, after the event loop has delivered signals that arrived while this thread was busy. A
   * listener that is removed too early loses them. So every loop over checks asks here before it stops listening.
   */
  readonly hear: () => Promise<Signal | undefined>;
  /** Builds, and rejects when a signal comes. */
  readonly building: (buildModel: Host["buildModel"]) => Host["buildModel"];
  /** Whether this is the error of a build that a signal stopped. */
  readonly isWhy: (error: unknown) => boolean;
  readonly stopListening: () => void;
}

/**
 * The first signal asks the search to stop. Then we stop listening, so that a second signal has its usual effect and ends
 * the process at once. `oneSignalMs`: further signals within this time count as the first one.
 */
export function listenForSignals(oneSignalMs = 0): Interruption {
  const controller = new AbortController();
  let received: Signal | undefined;
  const stopListening = () => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
  function onSignal(signal: NodeJS.Signals): void {
    if (received !== undefined) return;
    received = signal === "SIGTERM" ? "SIGTERM" : "SIGINT";
    if (oneSignalMs === 0) stopListening();
    else setTimeout(stopListening, oneSignalMs).unref();
    controller.abort();
  }
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    received: () => received,
    async hear() {
      await turnOfEventLoop();
      return received;
    },
    building: (buildModel) => buildingUntil(controller.signal, buildModel),
    isWhy: (error) => isStop(error, controller.signal),
    stopListening,
  };
}

/** Listens as long as the work takes. The work begins afterwards, so that no signal is missed. */
export async function whileListening<Result>(
  work: (interruption: Interruption) => Promise<Result>,
  oneSignalMs = 0,
): Promise<Result> {
  const interruption = listenForSignals(oneSignalMs);
  try {
    return await work(interruption);
  } finally {
    interruption.stopListening();
  }
}
