/**
 * The threads of a search wait for each other at every level. So if one of them dies, the others must end too. All must
 * run at the same time.
 */
import { SearchFailure } from "../contract/search-types.ts";
import { abort, phases } from "../memory/barrier.ts";
import { get, put } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { abandonBlocks, type Limits } from "./level-leader.ts";

/** As many threads as the plan has workers. */
export interface Threads {
  /** Lets the thread of that number search. Rejects if the thread dies. */
  readonly run: (worker: number) => Promise<readonly Candidate[]>;
  readonly end: () => Promise<void>;
}

/**
 * Runs the search to its end. Whenever all threads have returned, `onReturn` gets what they found. If they only handed
 * over, they then go on.
 */
export async function searchOnThreads(
  { run }: Pick<Threads, "run">,
  store: Store,
  limits: Limits,
  onReturn: (found: readonly Candidate[]) => void,
): Promise<void> {
  const { shared } = store;
  const { workers } = shared.plan;
  let failure: unknown;
  const unlessItDies = async (worker: number): Promise<readonly Candidate[]> => {
    try {
      return await run(worker);
    } catch (error) {
      failure ??= error;
      abort(shared);
      return [];
    }
  };
  do {
    abandonBlocks(store, limits);
    put(shared, "participants", workers);
    put(shared, "phase", phases.expand);
    const found = await Promise.all(Array.from({ length: workers }, (_, worker) => unlessItDies(worker)));
    if (failure !== undefined) throw new SearchFailure("a worker of the search failed", { cause: failure });
    onReturn(found.flat());
  } while (get(shared, "phase") === phases.handOver);
}
