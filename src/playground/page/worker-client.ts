/** Calls methods in a worker. If the worker ends early, the open calls are rejected, and the next call starts another. */
import type { CallMessage, PackedPackage, ReplyMessage, StartMessage } from "../messages.ts";

/** A worker with the script of the engine. */
export interface EngineWorker {
  readonly send: (message: StartMessage | CallMessage) => void;
  readonly end: () => void;
}

/** `onFailure` is called if the worker throws outside a call, or cannot start. */
export type StartWorker = (
  onReply: (reply: ReplyMessage) => void,
  onFailure: (message: string) => void,
) => EngineWorker;

export interface WorkerClient {
  /** If the last parameter is a function, it receives the events of the call. */
  readonly call: (method: CallMessage["method"], parameters: readonly unknown[]) => Promise<unknown>;
  /** Ends the worker and rejects the open calls, for this reason. */
  readonly end: (reason: string) => void;
}

interface OpenCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: (event: unknown) => void;
}

/** Starts a worker at once. */
export function workerClient(startWorker: StartWorker, packed: PackedPackage): WorkerClient {
  const open = new Map<number, OpenCall>();
  let calls = 0;
  let worker: EngineWorker | undefined = begin();

  function begin(): EngineWorker {
    const started = startWorker(receive, (message) => end(`the checker failed: ${message}`));
    started.send({ kind: "start", version: packed.version, files: packed.files });
    return started;
  }

  function receive(reply: ReplyMessage): void {
    const call = open.get(reply.id);
    if (reply.kind === "event") {
      call?.onEvent(reply.event);
      return;
    }
    open.delete(reply.id);
    if (reply.kind === "value") call?.resolve(reply.value);
    else call?.reject(new Error(reply.message));
  }

  function end(reason: string): void {
    worker?.end();
    worker = undefined;
    const rejected = [...open.values()];
    open.clear();
    for (const { reject } of rejected) reject(new Error(reason));
  }

  return {
    call(method, parameters) {
      worker ??= begin();
      const to = worker;
      const id = ++calls;
      const last = parameters.at(-1);
      const onEvent = typeof last === "function" ? (last as OpenCall["onEvent"]) : undefined;
      const sent = onEvent === undefined ? parameters : parameters.slice(0, -1);
      return new Promise((resolve, reject) => {
        to.send({ kind: "call", id, method, parameters: sent });
        open.set(id, { resolve, reject, onEvent: onEvent ?? (() => {}) });
      });
    },
    end,
  };
}
