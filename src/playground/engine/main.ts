/** The script of the page's worker, and of the workers that are threads of its searches. */
import { searchWith } from "../../checker/search-with.ts";
import type { CallMessage, ReplyMessage, StartMessage } from "../messages.ts";
import type { Engine } from "../protocol.ts";
import { answerCall } from "./answer-calls.ts";
import { createEngine } from "./engine.ts";
import { browserEnvironment } from "./environment.ts";
import { thisBrowser } from "./this-browser.ts";
import { answerAsThread, type ThreadScope, type ThreadStartMessage } from "./threads.ts";

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: (event: { readonly data: StartMessage | CallMessage | ThreadStartMessage }) => void;
  readonly postMessage: (message: ReplyMessage) => void;
}

const scope = globalThis as unknown as WorkerScope;
let engine: Engine | undefined;

scope.onmessage = ({ data }) => {
  if (data.kind === "start") engine = createEngine(data, searchWith(browserEnvironment(thisBrowser())));
  else if (data.kind === "thread") answerAsThread(globalThis as unknown as ThreadScope, data);
  else if (engine === undefined) throw new Error(`${data.method} was called before the start message`);
  else void answerCall(engine, data, (message) => scope.postMessage(message));
};
