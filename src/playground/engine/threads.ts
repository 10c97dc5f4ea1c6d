/** The threads of a search as workers of a browser. */
import { type ExploreTask, searchThread } from "../../checker/levels/search-thread.ts";
import type { Threads } from "../../checker/levels/thread-team.ts";
import type { Candidate } from "../../checker/violations/violation-candidates.ts";
import { at } from "../../ir/lookup.ts";

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
  const threads = Array.from({ length: task.plan.workers }, () => startThread(newWorker(), task));
  return {
    run: (number) => at(threads, number).run(number),
    end: async () => {
      for (const thread of threads) thread.end();
    },
  };
}

interface Thread {
  readonly run: (number: number) => Promise<readonly Candidate[]>;
  readonly end: () => void;
}

function startThread(worker: ThreadWorker, task: ExploreTask): Thread {
  // A worker can die before it is asked for anything.
  const death = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  death.catch(() => {});
  worker.postMessage({ kind: "thread", task });
  return {
    run(number) {
      const found = new Promise<readonly Candidate[]>((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
      });
      worker.postMessage({ worker: number });
      return Promise.race([found, death]);
    },
    end: () => worker.terminate(),
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
