/** Prepares everything before the first worker starts: the plan, the generated module, the memory and its contents. */
import { fillFootprints } from "../codegen/wasm/expand/sleeping-actors.ts";
import { propertyBit, rangeErrorBit } from "../codegen/wasm/step/property-bits.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { controlLoops } from "../ir/control-loops.ts";
import { initialState } from "../ir/interpreter.ts";
import { type Layout, layoutOf, pack, unpack } from "../ir/layout.ts";
import { at, required, wordAt } from "../ir/lookup.ts";
import type { Program, Symmetry } from "../ir/program.ts";
import { asksForSuccessors, hasCheck, type Property } from "../ir/property.ts";
import { canonicalState } from "../ir/symmetry.ts";
import type { Owner } from "../memory/exchange-plan.ts";
import { blockSize } from "../memory/memory-map.ts";
import { defaultStore, type MemoryPlan } from "../memory/memory-plan.ts";
import { planMemory } from "../memory/plan-memory.ts";
import type { OpenStates } from "./checkpoint/checkpoint.ts";
import type { CommonHead, Identified } from "./checkpoint/checkpoint-head.ts";
import { searchIdentity } from "./checkpoint/search-identity.ts";
import type { LevelReached, SearchOptions, Violation } from "./contract/search-types.ts";
import type { LevelStorage } from "./disk/level-storage.ts";
import type { RankSearch } from "./distributed/rank-search.ts";
import type { SavedParts } from "./distributed/saved-parts.ts";
import { type SearchEnvironment, type SearchFiles, threadsFor } from "./environment/search-environment.ts";
import { type Limits, pauseThreshold } from "./levels/level-leader.ts";
import { generatedCode } from "./memory/generated-code.ts";
import type { SearchCode } from "./memory/module-instance.ts";
import { reserveForSearch } from "./memory/reserve-memory.ts";
import { areaOf, longWord, put, type SharedMemory, shareMemory } from "./memory/shared-memory.ts";
import type { Store, StoreThread } from "./stores/store.ts";
import { keepsLevelsInFile, openStore, partitionFor } from "./stores/store-kinds.ts";
import type { Candidate } from "./violations/violation-candidates.ts";

export interface PreparedSearch {
  readonly layout: Layout;
  readonly code: SearchCode;
  readonly store: Store;
  /** The main thread's own part of the store. */
  readonly thread: StoreThread;
  readonly limits: Limits;
  readonly symmetries: readonly Symmetry[];
  /** The file with the states of finished levels; undefined if the store keeps them in memory. */
  readonly storage: LevelStorage | undefined;
  /** Limits while the main thread searches alone. */
  readonly soloLimits: Limits;
  /** What the initial state violates, as a longWord. */
  readonly initialViolations: bigint;
  /** What the search may use for states and table. */
  readonly memoryBytes: number;
  /** Empty if no checkpoint is kept or resumed. */
  readonly identity: string;
  /** What a checkpoint contained in addition to the memory's contents. */
  readonly resumed: Resumed | undefined;
}

/** Where a resumed search goes on. */
export interface Resumed extends LevelReached {
  /** Time spent by earlier runs. */
  readonly seconds: number;
  readonly candidates: readonly Candidate[];
  /** The checkpoint, if its states are still to be entered, because other ranks have to do that too. */
  readonly saved: SavedParts | undefined;
}

/** With fewer states a search ends on the main thread before workers could start. */
const defaultSoloStates = 50_000;

/** Throws a UserError if the environment has no files, or too little memory, for these options. */
export function prepareSearch(
  environment: SearchEnvironment,
  program: Program,
  properties: readonly Property[],
  options: SearchOptions,
): PreparedSearch {
  const workers = environment.ranks === undefined ? (options.workers ?? environment.threads()) : 1;
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`there cannot be ${workers} workers`);
  const limits: Limits = {
    maxDepth: options.maxDepth ?? Number.POSITIVE_INFINITY,
    maxStates: options.maxStates ?? Number.POSITIVE_INFINITY,
    stopAtFirstViolation: options.stopWhen === "first-violation-level",
    violationsToFind: (options.until ?? []).reduce((mask, property) => mask | bitOf(property), 0n),
    candidatesOfEach: 1 + (options.alternatives ?? 0),
    handOverAbove: Number.POSITIVE_INFINITY,
    handOverToReady: false,
    handOverAt: Number.POSITIVE_INFINITY,
    deadline: Number.POSITIVE_INFINITY,
    notesLevelStarts: options.checkpoint !== undefined,
  };
  if (options.checkpoint !== undefined) filesOf(environment, "checkpoints");
  const named = options.checkpoint !== undefined || options.resumeFrom !== undefined;
  const identity = named ? searchIdentity(program, properties, options) : "";
  const search = { description: options.description ?? {}, identity };
  const checkpoint =
    options.resumeFrom === undefined ? undefined : openFor(environment, options.resumeFrom, search, limits);
  try {
    return setUp(environment, program, properties, { options, workers, limits, identity, checkpoint });
  } finally {
    checkpoint?.own?.content.close();
  }
}

/** A checkpoint to go on from. */
interface Opened {
  readonly head: CommonHead;
  /** The states of this process; undefined if they must be divided again. */
  readonly own: OpenStates | undefined;
  /** Of several processes. */
  readonly saved: SavedParts | undefined;
}

function openFor(environment: SearchEnvironment, file: string, search: Identified, limits: Limits): Opened {
  const files = filesOf(environment, "checkpoints");
  if (environment.ranks === undefined) {
    const own = files.openCheckpoint(file, search, limits);
    return { head: own.head, own, saved: undefined };
  }
  const { ranks, openParts, openPart } = environment.ranks;
  const head = openParts(file, search, limits);
  const own = head.parts.count === ranks.size ? openPart(file, head, ranks.rank) : undefined;
  return { head, own, saved: { file, head } };
}

/** Throws a UserError if the environment has none. */
function filesOf({ files }: SearchEnvironment, purpose: string): SearchFiles {
  if (files !== undefined) return files;
  throw new UserError([
    { code: "cli/unwritable", message: `there are no files here for ${purpose}`, hint: "use the command line" },
  ]);
}

/** The bit of a violation in masks. */
function bitOf(property: Violation["property"]): bigint {
  return property === "range-error" ? rangeErrorBit : propertyBit(property);
}

interface Setup {
  readonly options: SearchOptions;
  readonly workers: number;
  readonly limits: Limits;
  readonly identity: string;
  readonly checkpoint: Opened | undefined;
}

function setUp(
  environment: SearchEnvironment,
  program: Program,
  properties: readonly Property[],
  { options, workers, limits, identity, checkpoint }: Setup,
): PreparedSearch {
  const layout = layoutOf(program);
  const notesSuccessors = properties.some(asksForSuccessors);
  const { symmetries = [], store: name = defaultStore, fingerprintBits, bytesPerMemory: mostOfOne } = options;
  const symmetric = symmetries.length > 0;
  // The states of a checkpoint are divided already.
  const divided = checkpoint?.head.partition;
  const partition = divided
    ? { ...options.partition, ...divided }
    : (options.partition ?? partitionFor(name, program, layout, symmetries));
  const together = environment.ranks;
  const rank =
    together &&
    ownerIn(together, checkpoint, () => together.ownerMasks(program, layout, symmetries, together.ranks.size));
  const endsAlone = properties.some((one) => hasCheck(one, "ends-alone"));
  const own = { notesSuccessors, symmetric, actorsSleep: !symmetric, endsAlone, fingerprintBits, partition, rank };
  const kind = { store: name, mostOfOne, leastStates: options.leastStates, ...own };
  const planFor = (bytes: number): MemoryPlan => planMemory(program, layout, workers, bytes, kind);
  const { memories, plan, bytes: memoryBytes } = reserveForSearch(environment.memory, planFor, options.memoryBytes);
  const generated = generatedCode(program, properties, layout, plan, symmetries);
  const code: SearchCode = {
    module: new WebAssembly.Module(generated.bytes),
    bank: generated.bank === undefined ? undefined : new WebAssembly.Module(generated.bank),
  };
  const shared = shareMemory(memories, plan);
  fillTables(shared, program, generated.groupOf);
  fillFootprints(shared.memory.buffer, plan, program, properties);
  put(shared, "participants", 1);
  put(shared, "tableEntries", plan.initialEntries);
  const soloLimits = {
    ...limits,
    handOverAbove:
      threadsFor(environment, workers) === undefined
        ? Number.POSITIVE_INFINITY
        : (options.soloStates ?? defaultSoloStates),
    deadline: performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY),
  };
  const storage = keepsLevelsInFile(plan)
    ? filesOf(environment, `the store ${name}`).openStorage(options, rank)
    : undefined;
  try {
    const store = openStore(shared, storage?.files);
    store.prepare();
    const thread = store.thread(code, workers);
    const started = { layout, code, store, thread, limits, soloLimits, symmetries, memoryBytes, identity, storage };
    if (checkpoint?.own !== undefined) {
      const restored = filesOf(environment, "checkpoints").restore(checkpoint.own, store, thread, soloLimits, storage);
      const { seconds, depth } = checkpoint.head;
      const states = checkpoint.saved?.head.states ?? restored.states;
      const resumed = { seconds, depth, states, candidates: restored.candidates, saved: undefined };
      return { ...started, initialViolations: 0n, resumed };
    }
    const initialViolations = storeInitialState(program, started);
    if (together !== undefined && together.ownerOf(thread, 0) !== rank?.rank) forgetInitialState(shared);
    const saved = checkpoint?.saved;
    const { seconds = 0, depth = 0, states = 0 } = saved?.head ?? {};
    const resumed = saved && { seconds, depth, states, candidates: [], saved };
    return { ...started, initialViolations, resumed };
  } catch (error) {
    storage?.close();
    throw error;
  }
}

/** The states of as many ranks as before have their owners already. */
function ownerIn(
  { ranks: { rank, size } }: RankSearch,
  checkpoint: Opened | undefined,
  choose: () => readonly number[],
): Owner {
  const saved = checkpoint?.own && checkpoint.saved;
  return {
    rank,
    size,
    ownerMasks: saved === undefined ? choose() : required(saved.head.parts.ownerMasks, "the owners"),
  };
}

export function fillTables({ memory, plan }: SharedMemory, program: Program, groupOf: readonly number[]): void {
  const choices = new Uint16Array(memory.buffer, plan.choicesAt, program.locations.length);
  const groups = new Uint16Array(memory.buffer, plan.groupsAt, program.locations.length);
  const loops = new Uint16Array(memory.buffer, plan.loopsAt, program.locations.length);
  const { loopOf, isHead, mayLast } = controlLoops(program);
  for (const [id, location] of program.locations.entries()) {
    choices[id] = location.body.length === 0 ? 0 : location.choices;
    groups[id] = at(groupOf, id);
    loops[id] = wordAt(loopOf, id) * 4 + wordAt(mayLast, id) * 2 + wordAt(isHead, id);
  }
}

/** The initial state is index 0, alone in block 0 and in the first segment; the rest of the block stays unused. */
function storeInitialState(
  program: Program,
  {
    layout,
    symmetries,
    store,
    thread,
    soloLimits,
  }: Pick<PreparedSearch, "layout" | "symmetries" | "store" | "thread" | "soloLimits">,
): bigint {
  const { shared } = store;
  const { memory, plan } = shared;
  new Int32Array(memory.buffer, plan.segmentsAt, 3).set([0, 1, 0]);
  put(shared, "nextBlock", Math.ceil(1 / blockSize));
  put(shared, "segments", 1);
  put(shared, "levelEnd", 1);
  put(shared, "states", 1);
  store.begin();
  put(shared, "pauseAbove", pauseThreshold(store, soloLimits));
  longWord(shared, "newViolations")[0] = 2n ** 64n - 2n;
  const address = areaOf(plan, plan.workers) + plan.canonicalIn;
  const start = new Uint32Array(memory.buffer, address, plan.stride / 4);
  pack(layout, initialState(program), start);
  const violations = BigInt.asUintN(64, thread.functions.checkAll(address | 0));
  pack(layout, canonicalState(symmetries, unpack(layout, start)).state, start);
  thread.functions.setTableSize(plan.initialEntries);
  thread.storeFirst(start);
  return violations;
}

/** For a rank that does not own it. It stays in memory as state 0, but in no level. */
function forgetInitialState(shared: SharedMemory): void {
  for (const word of ["states", "segments", "levelEnd"] as const) put(shared, word, 0);
}
