/** Breadth-first search of a program's state space, on one or several threads over one shared memory. */
import { numberChecks } from "../codegen/wasm/step/property-bits.ts";
import { turnOfEventLoop } from "../ir/event-loop.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Check, Property } from "../ir/property.ts";
import type { AfterSearch, Totals } from "./after-search/after-search.ts";
import { afterSearchHere } from "./after-search/after-search-here.ts";
import { keepCheckpoints } from "./checkpoint-keeper.ts";
import type { Search, SearchOptions, SearchResult, Violation } from "./contract/search-types.ts";
import { type SearchEnvironment, threadsFor } from "./environment/search-environment.ts";
import { exploreStates } from "./explore-states.ts";
import { enterLevel } from "./levels/level-leader.ts";
import { supervise } from "./levels/supervise.ts";
import { endlessRuns, withLoops } from "./liveness/endless-runs.ts";
import { bounds, endingAt, endings, settle } from "./memory/ending.ts";
import { giveBack } from "./memory/reused-memory.ts";
import { get, put } from "./memory/shared-memory.ts";
import { pageSupply } from "./page-supply.ts";
import { concretePaths } from "./paths/concrete-paths.ts";
import { choosePath } from "./paths/path-choice.ts";
import type { PathGraph } from "./paths/trace-reconstruction.ts";
import { type PreparedSearch, prepareSearch } from "./search-setup.ts";
import type { SymmetryReduction } from "./violations/representative.ts";
import {
  allOf,
  bitsOf,
  type Candidate,
  keep,
  noCandidates,
  rangeErrorBitNumber,
} from "./violations/violation-candidates.ts";

export function searchWith(environment: SearchEnvironment): Search {
  return async (program, properties, options = {}) => {
    const start = performance.now();
    const prepared = prepareSearch(environment, program, properties, options);
    try {
      const { memory, banks } = prepared.store.shared;
      // To ask takes longer than a small search, and not every large one gains from it.
      if (banks.length > 0) await environment.memory.preferLargePages?.([memory, ...banks]);
      return await searchPrepared(environment, program, properties, options, prepared, start);
    } finally {
      prepared.storage?.close();
    }
  };
}

async function searchPrepared(
  environment: SearchEnvironment,
  program: Program,
  properties: readonly Property[],
  options: SearchOptions,
  prepared: PreparedSearch,
  start: number,
): Promise<SearchResult> {
  const { store, soloLimits, initialViolations, resumed } = prepared;
  const { shared } = store;
  const secondsOfThisRun = (): number => (performance.now() - start) / 1000;
  const seconds = (): number => (resumed?.seconds ?? 0) + secondsOfThisRun();
  const candidates = noCandidates(prepared.limits.candidatesOfEach);
  const keepAll = (found: readonly Candidate[]): void => {
    for (const candidate of found) keep(candidates, candidate);
  };

  keepAll(resumed?.candidates ?? []);
  const reduction = reductionOf(program, prepared);
  const own = { ...prepared, reduction, locations: program.locations.length, candidates };
  const { ranks: rankSearch } = environment;
  const together = rankSearch && {
    ...rankSearch,
    part: { ...own, ranks: rankSearch.ranks, sent: rankSearch.sentStates() },
  };
  let savedDepth: number | undefined;

  if (initialViolations !== 0n) {
    // A state that violates a property is not stored. If this is the initial state, nothing remains to explore.
    put(shared, "states", 0);
    settle(shared, endings.exhausted);
  } else if (together !== undefined) {
    const part = { ...together.part, limits: soloLimits, saved: resumed?.saved };
    savedDepth = await together.explore(part, options, seconds);
  } else {
    const checkpoints = keepCheckpoints(environment.files, prepared, options, candidates, seconds);
    // The work so far did not yield to the event loop, so a signal may be waiting.
    if (options.signal !== undefined) await turnOfEventLoop();
    enterLevel(shared, soloLimits);
    if (options.signal?.aborted === true) settle(shared, endingAt("signal"));
    if (get(shared, "ending") === endings.running)
      await exploreStates(threadsFor(environment, shared.plan.workers), {
        prepared,
        reduction,
        keepAll,
        checkpoints,
        supplyPages: pageSupply(store, prepared.storage === undefined ? environment.memory.pageSupplier : undefined),
        supervise: () => supervise(store, program, options, { secondsOfThisRun, seconds }),
      });
    else checkpoints.onReturn();
    checkpoints.stop();
    savedDepth = checkpoints.savedDepth();
  }
  const after = together === undefined ? afterSearchHere(own) : together.after(together.part);
  const result = await concludeSearch(program, properties, prepared, after, seconds);
  giveBack(shared, store.usedRanges());
  return { ...result, savedDepth };
}

/** What a search found, once all its threads have ended. */
async function concludeSearch(
  program: Program,
  properties: readonly Property[],
  prepared: PreparedSearch,
  after: AfterSearch,
  secondsSinceStart: () => number,
): Promise<Omit<SearchResult, "savedDepth">> {
  const totals = await after.totals();
  const candidates = noCandidates(prepared.limits.candidatesOfEach);
  for (const candidate of await after.candidates()) keep(candidates, candidate);
  if (get(prepared.store.shared, "ending") === endings.exhausted && prepared.initialViolations === 0n)
    for (const found of await endlessRuns(program, properties, after)) keep(candidates, found);
  const seconds = secondsSinceStart();
  // Stable: the candidates of one property stay in their order.
  const sorted = [...allOf(candidates)].sort((a, b) => a.bit - b.bit);
  const found = await after.withAllLastMoves(sorted);
  const atStart = violationsAtStart(prepared.initialViolations);
  const shortest = withLoops(program, properties, await withShortestPaths(program, prepared, found, after));
  const paths = [...atStart, ...shortest];
  const isFirst = ({ property }: Violation, position: number) =>
    paths.findIndex((other) => other.property === property) === position;
  const violations = paths.filter(isFirst);
  const alternatives = paths.filter((path) => !violations.includes(path));
  return summarise(prepared, properties, totals, { violations, alternatives, seconds });
}

async function withShortestPaths(
  program: Program,
  prepared: PreparedSearch,
  found: readonly Candidate[],
  after: AfterSearch,
): Promise<readonly Violation[]> {
  if (found.length === 0) return [];
  const paths = await after.pathsTo(found);
  if (prepared.symmetries.length === 0) return violationsOn(program, paths.graph, found);
  const concrete = concretePaths(program, prepared, paths, found);
  return violationsOn(program, concrete.graph, concrete.candidates);
}

function violationsOn<Id extends number>(
  program: Program,
  graph: PathGraph<Id>,
  candidates: readonly Candidate<Id>[],
): readonly Violation[] {
  return candidates.map((candidate) => ({
    property: propertyOf(candidate.bit),
    steps: choosePath(program, graph, candidate),
  }));
}

/** What is sent to the workers, without the layout of arrays, which they do not need. */
function reductionOf(program: Program, { layout, symmetries }: PreparedSearch): SymmetryReduction {
  const reduced = symmetries.length > 0;
  return { layout: { ...layout, arrays: new Map() }, symmetries: program.symmetries, reduced };
}

function propertyOf(bit: number): Violation["property"] {
  return bit === rangeErrorBitNumber ? "range-error" : bit - 1;
}

function violationsAtStart(violated: bigint): readonly Violation[] {
  return [...bitsOf(violated)].map((bit) => ({ property: propertyOf(bit), steps: [] }));
}

function summarise(
  { store, layout, symmetries, memoryBytes, resumed }: PreparedSearch,
  properties: readonly Property[],
  { states, depth, transitionsOf, tested, workers, bytes, bytesOnDisk, parts }: Totals,
  { violations, alternatives, seconds }: Pick<SearchResult, "violations" | "alternatives" | "seconds">,
): Omit<SearchResult, "savedDepth"> {
  const { shared } = store;
  const ending = get(shared, "ending");
  const complete = ending === endings.exhausted && store.isComplete;
  const isTested = ({ kind }: Check, number: number): boolean =>
    kind === "deadlock" ||
    ((kind === "can-finish" || kind === "ends-alone" || kind === "ends-together") && complete) ||
    tested[number] === 1;
  const testedOf: boolean[][] = properties.map(() => []);
  for (const { number, property, check } of numberChecks(properties))
    at(testedOf, property).push(isTested(check, number));
  return {
    states,
    transitions: transitionsOf.reduce((total, count) => total + count, 0),
    depth,
    complete,
    bound: bounds[ending - 1],
    memoryBytes,
    resumedAt: resumed === undefined ? undefined : { depth: resumed.depth, states: resumed.states },
    transitionsOf,
    tested: testedOf,
    violations,
    alternatives,
    seconds,
    statesPerSecond: states / seconds,
    workers,
    bitsPerState: layout.bits,
    bytesPerState: bytes / Math.max(1, states),
    symmetries,
    store: shared.plan.storeName,
    ...store.omissions(states),
    parts,
    bytesOnDisk,
  };
}
