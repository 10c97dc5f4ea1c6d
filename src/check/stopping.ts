/** A signal ends a search early, and makes a build reject. */
import { turnOfEventLoop } from "../ir/event-loop.ts";
import type { ModelBuilder } from "../model/model-builder.ts";

/** Builds, and rejects with the signal's reason when the signal comes. */
export function buildingUntil(signal: AbortSignal, buildModel: ModelBuilder["buildModel"]): ModelBuilder["buildModel"] {
  return (scenario, features, _, change) => buildModel(scenario, features, signal, change);
}

/** Whether this is the error of a build that the signal stopped. */
export function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error === signal.reason;
}

/** Whether the signal has come, after the event loop has delivered what arrived while this thread was busy. */
export async function hasCome(signal: AbortSignal): Promise<boolean> {
  await turnOfEventLoop();
  return signal.aborted;
}
