/** The worker's side of the messages: calls the engine, and sends back its events and answers. */
import type { CallMessage, ReplyMessage } from "../messages.ts";
import type { Engine } from "../protocol.ts";

/** Any method of an engine, which here is only passed on. */
type AnyMethod = (...parameters: readonly unknown[]) => Promise<unknown>;

export async function answerCall(
  engine: Engine,
  { id, method, parameters }: CallMessage,
  reply: (message: ReplyMessage) => void,
): Promise<void> {
  const onEvent = (event: unknown): void => reply({ kind: "event", id, event });
  try {
    // A method without events ignores the last parameter.
    const value = await (engine[method] as AnyMethod)(...parameters, onEvent);
    reply({ kind: "value", id, value });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    reply({ kind: "error", id, message });
  }
}
