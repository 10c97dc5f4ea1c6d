/** Searches a scenario with every combination of options, and reports two searches with different results. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import type { Question } from "../library/runs.ts";

/** The results that no reduction, store or number of threads may change. */
function judgement({ complete, bound, violations, tested, transitionsOf }: SearchResult) {
  return { complete, bound, violations, tested, reached: transitionsOf.map((count) => count > 0) };
}

/** Searches with the same reductions have the same counts. */
function counts({ states, transitions, depth }: SearchResult) {
  return { states, transitions, depth };
}

interface Way {
  readonly name: string;
  /** Searches with the same name here have the same counts. */
  readonly counted: string;
  readonly options: WayOptions;
}

export type WayOptions = Pick<SearchOptions, "workers" | "soloStates" | "store" | "maxStates" | "stopWhen"> & {
  readonly symmetric?: boolean;
};

/** Bitstate hashing misses states. */
const stores = ["exact", "fingerprint", "tree"] as const;

const reductions = ["none", "symmetry"] as const;

/** All threads search from the first state on, so that several threads search small scenarios too. */
const workers: readonly WayOptions[] = [
  { workers: 1, soloStates: Number.MAX_VALUE },
  { workers: 2, soloStates: 0 },
  { workers: 4, soloStates: 0 },
];

/**
 * Each reduction with each number of threads. One thread uses all stores; several threads alternate between the stores,
 * because starting threads takes longer than most of these searches.
 */
function waysOf(): readonly Way[] {
  return reductions.flatMap((counted, row) => {
    const reduced = { symmetric: counted === "symmetry" };
    return workers.flatMap((threads, column) => {
      const of = threads.workers === 1 ? stores : [stores[(row + column) % stores.length] ?? "exact"];
      return of.map((store) => ({
        name: `reductions ${counted}, workers ${threads.workers}, store ${store}`,
        counted,
        options: { ...threads, ...reduced, store },
      }));
    });
  });
}

export interface Request {
  /** Undefined if it is the same as in the previous question. */
  readonly question: Pick<Question, "program" | "properties" | "symmetries"> | undefined;
  readonly options: WayOptions;
}

let built: ChildProcess | undefined;

export function endSearches(): void {
  built?.disconnect();
  built = undefined;
}

/** Searches in a process of built code, which lasts until `endSearches` or as long as this process. */
export async function searched(request: Request): Promise<SearchResult> {
  built ??= fork(new URL("./built-search.mjs", import.meta.url), { execArgv: [], serialization: "advanced" });
  built.send(request);
  const answered = new AbortController();
  const ended = once(built, "exit", { signal: answered.signal });
  try {
    const [result] = (await Promise.race([
      once(built, "message", { signal: answered.signal }),
      ended.then(([code]) => Promise.reject(new Error(`the search ended with ${code}`))),
    ])) as [SearchResult];
    return result;
  } finally {
    ended.catch(() => {});
    answered.abort();
  }
}

/** Undefined if all kinds of search agree. */
export async function differenceBetweenWays(question: Question): Promise<string | undefined> {
  const { program, properties, symmetries } = question;
  const asked = { program, properties, symmetries };
  const seen = new Map<string, { readonly way: Way; readonly result: SearchResult }>();
  let first: { readonly way: Way; readonly result: SearchResult } | undefined;
  for (const way of waysOf()) {
    const result = await searched({ question: first === undefined ? asked : undefined, options: way.options });
    first ??= { way, result };
    if (!isDeepStrictEqual(judgement(result), judgement(first.result)))
      return `${way.name} and ${first.way.name} report different things`;
    const alike = seen.get(way.counted) ?? { way, result };
    seen.set(way.counted, alike);
    if (!isDeepStrictEqual(counts(result), counts(alike.result)))
      return `${way.name} and ${alike.way.name} count differently`;
  }
  return undefined;
}
