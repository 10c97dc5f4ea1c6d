/** The threads of a search as workers of a browser. */
import { type ExploreTask, searchThread } from "../../checker/levels/search-thread.ts";
import type { Threads } from "../../checker/levels/thread-team.ts";
import type { Candidate } from "../../checker/violations/violation-candidates.ts";

/** The first message to a worker that is to be a thread. */
export interface ThreadStartMessage {
  readonly kind: "thread";
  readonly task: ExploreTask;
}

/** Lets the thread search in the area of a worker. It answers with its candidates. */
interface ExploreMessage {
  readonly worker: number;
}

/** The part of a Worker that is used here. */
export interface ThreadWorker {
  readonly postMessage: (message: ThreadStartMessage | ExploreMessage) => void;
  readonly terminate: () => void;
  onmessage: ((event: { readonly data: readonly Candidate[] }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
}

/** The workers load while the caller continues. */
export async function startThreads(newWorker: () => ThreadWorker, task: ExploreTask): Promise<Threads> {
  const workers = Array.from({ length: task.plan.workers }, newWorker);
  for (const worker of workers) worker.postMessage({ kind: "thread", task });
  return {
    run: (number) =>
      new Promise((resolve, reject) => {
        const worker = workers[number];
        if (worker === undefined) throw new Error(`there is no thread ${number}`);
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ worker: number });
      }),
    end: async () => {
      for (const worker of workers) worker.terminate();
    },
  };
}

/** The part of a worker's global scope that a thread uses. */
export interface ThreadScope {
  onmessage: (event: { readonly data: ExploreMessage }) => void;
  readonly postMessage: (found: readonly Candidate[]) => void;
}

/** From the start message on, the worker is a thread of the search. */
export function answerAsThread(scope: ThreadScope, { task }: ThreadStartMessage): void {
  const explore = searchThread(task, undefined);
  scope.onmessage = ({ data }) => scope.postMessage(explore(data.worker));
}
