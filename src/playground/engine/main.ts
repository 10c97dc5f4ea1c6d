/** The script of the page's worker. */
import type { CallMessage, ReplyMessage, StartMessage } from "../messages.ts";
import type { Engine } from "../protocol.ts";
import { answerCall } from "./answer-calls.ts";
import { createEngine } from "./engine.ts";

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: (event: { readonly data: StartMessage | CallMessage }) => void;
  readonly postMessage: (message: ReplyMessage) => void;
}

const scope = globalThis as unknown as WorkerScope;
let engine: Engine | undefined;

scope.onmessage = ({ data }) => {
  if (data.kind === "start") engine = createEngine(data);
  else if (engine === undefined) throw new Error(`${data.method} was called before the start message`);
  else void answerCall(engine, data, (message) => scope.postMessage(message));
};
