/** A thread of Node as a worker of a browser sees itself. */
import { parentPort } from "node:worker_threads";
import { answerAsThread, type ThreadScope, type ThreadStartMessage } from "../../src/playground/engine/threads.ts";

const scope: ThreadScope = {
  onmessage: () => {},
  postMessage: (found) => parentPort?.postMessage(found),
};
let started = false;
parentPort?.on("message", (data: ThreadStartMessage | { readonly worker: number }) => {
  if (!started && "task" in data) {
    started = true;
    answerAsThread(scope, data);
  } else if ("worker" in data) scope.onmessage({ data });
});
