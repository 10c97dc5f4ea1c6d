/** Breadth-first search of a program's state space, on one or several threads over one shared memory. */
import { numberChecks } from "../codegen/wasm/step/property-bits.ts";
import { turnOfEventLoop } from "../ir/event-loop.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Check, Property } from "../ir/property.ts";
import { testedAt } from "../memory/memory-map.ts";
import { keepCheckpoints } from "./checkpoint-keeper.ts";
import type { Search, SearchOptions, SearchResult, Violation } from "./contract/search-types.ts";
import type { LevelArchive } from "./disk/level-archive.ts";
import type { SearchEnvironment } from "./environment/search-environment.ts";
import { exploreStates } from "./explore-states.ts";
import { enterLevel } from "./levels/level-leader.ts";
import { supervise } from "./levels/supervise.ts";
import { endlessRuns, withLoops } from "./liveness/endless-runs.ts";
import { bounds, endingAt, endings, settle } from "./memory/ending.ts";
import { giveBack } from "./memory/reused-memory.ts";
import { get, put, type SharedMemory, segment, transitionCounts } from "./memory/shared-memory.ts";
import { concretePaths } from "./paths/concrete-paths.ts";
import { choosePath } from "./paths/path-choice.ts";
import { type PathGraph, shortestPaths } from "./paths/trace-reconstruction.ts";
import { type PreparedSearch, prepareSearch } from "./search-setup.ts";
import type { SymmetryReduction } from "./violations/representative.ts";
import {
  allOf,
  bitsOf,
  type Candidate,
  type Candidates,
  keep,
  noCandidates,
  rangeErrorBitNumber,
} from "./violations/violation-candidates.ts";

export function searchWith(environment: SearchEnvironment): Search {
  return async (program, properties, options = {}) => {
    const start = performance.now();
    const prepared = prepareSearch(environment, program, properties, options);
    try {
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
  const checkpoints = keepCheckpoints(environment.files, prepared, options, candidates, seconds);

  if (initialViolations !== 0n) {
    // A state that violates a property is not stored. If this is the initial state, nothing remains to explore.
    put(shared, "states", 0);
    settle(shared, endings.exhausted);
  } else {
    // The work so far did not yield to the event loop, so a signal may be waiting.
    if (options.signal !== undefined) await turnOfEventLoop();
    enterLevel(shared, soloLimits);
    if (options.signal?.aborted === true) settle(shared, endingAt("signal"));
    if (get(shared, "ending") === endings.running)
      await exploreStates(environment.startThreads, {
        prepared,
        reduction: reductionOf(program, prepared),
        keepAll,
        checkpoints,
        supervise: () => supervise(store, program, options, { secondsOfThisRun, seconds }),
      });
    else checkpoints.onReturn();
  }
  checkpoints.stop();
  const result = concludeSearch(program, properties, prepared, candidates, seconds);
  giveBack(shared, store.usedRanges());
  return { ...result, savedDepth: checkpoints.savedDepth() };
}

/** What a search found, once all its threads have ended. */
function concludeSearch(
  program: Program,
  properties: readonly Property[],
  prepared: PreparedSearch,
  candidates: Candidates,
  secondsSinceStart: () => number,
): Omit<SearchResult, "savedDepth"> {
  const { store, initialViolations } = prepared;
  // Read these before states are expanded again, because that counts transitions again.
  const transitionsOf = transitionCounts(store.shared, program.locations.length);
  const archive = store.archive();
  if (get(store.shared, "ending") === endings.exhausted && get(store.shared, "states") > 0) {
    const explored = { ...prepared, reduction: reductionOf(program, prepared), archive };
    for (const found of endlessRuns(program, properties, explored)) keep(candidates, found);
  }
  const seconds = secondsSinceStart();
  // Stable: the candidates of one property stay in their order.
  const found = [...allOf(candidates)].sort((a, b) => a.bit - b.bit);
  const shortest = withLoops(program, properties, withShortestPaths(program, prepared, found, archive));
  const paths = [...violationsAtStart(initialViolations), ...shortest];
  const isFirst = ({ property }: Violation, position: number) =>
    paths.findIndex((other) => other.property === property) === position;
  const violations = paths.filter(isFirst);
  const alternatives = paths.filter((path) => !violations.includes(path));
  return summarise(prepared, properties, { transitionsOf, violations, alternatives, seconds });
}

function withShortestPaths(
  program: Program,
  prepared: PreparedSearch,
  found: readonly Candidate[],
  archive: LevelArchive,
): readonly Violation[] {
  if (found.length === 0) return [];
  const { store, thread, symmetries } = prepared;
  const graph = shortestPaths(store, thread, found, archive);
  if (symmetries.length === 0) return violationsOn(program, graph, found);
  const concrete = concretePaths(program, prepared, graph, found, archive);
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
  {
    transitionsOf,
    violations,
    alternatives,
    seconds,
  }: Pick<SearchResult, "transitionsOf" | "violations" | "alternatives" | "seconds">,
): Omit<SearchResult, "savedDepth"> {
  const { shared } = store;
  const states = get(shared, "states");
  const ending = get(shared, "ending");
  const tested = new Uint8Array(shared.memory.buffer, testedAt);
  const complete = ending === endings.exhausted && store.isComplete;
  const isTested = ({ kind }: Check, number: number): boolean =>
    kind === "deadlock" || ((kind === "can-finish" || kind === "ends-alone") && complete) || tested[number] === 1;
  const testedOf: boolean[][] = properties.map(() => []);
  for (const { number, property, check } of numberChecks(properties))
    at(testedOf, property).push(isTested(check, number));
  return {
    states,
    transitions: sum(transitionsOf),
    depth: deepestLevel(shared),
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
    workers: shared.plan.workers,
    bitsPerState: layout.bits,
    bytesPerState: store.bytesInUse() / Math.max(1, states),
    symmetries,
    store: shared.plan.storeName,
    ...store.omissions(),
    parts: store.parts(),
    bytesOnDisk: store.bytesOnDisk(),
  };
}

function deepestLevel(shared: SharedMemory): number {
  const segments = get(shared, "segments");
  return segment(shared, segments - 1).level;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
