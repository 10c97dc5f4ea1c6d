/** Who explores the states: at first the main thread alone, then, if there are many states, all threads. */
import { turnOfEventLoop } from "../ir/event-loop.ts";
import type { CheckpointKeeper } from "./checkpoint-keeper.ts";
import type { SearchEnvironment } from "./environment/search-environment.ts";
import { explore, exploreInTurns } from "./levels/explore.ts";
import { abandonBlocks } from "./levels/level-leader.ts";
import { searchOnThreads } from "./levels/thread-team.ts";
import { phases } from "./memory/barrier.ts";
import { endings } from "./memory/ending.ts";
import { get, put, type SharedMemory } from "./memory/shared-memory.ts";
import type { PreparedSearch } from "./search-setup.ts";
import type { SymmetryReduction } from "./violations/representative.ts";
import type { Candidate } from "./violations/violation-candidates.ts";

export interface Expedition {
  readonly prepared: PreparedSearch;
  readonly reduction: SymmetryReduction;
  readonly keepAll: (found: readonly Candidate[]) => void;
  readonly checkpoints: CheckpointKeeper;
  /** Provides the memory that is needed next. */
  readonly supplyPages: () => Promise<void>;
  /** From now on handles signals and reports progress, until its result is called. */
  readonly supervise: () => () => void;
}

/** Call this when the first level has begun. */
export async function exploreStates(
  startThreads: SearchEnvironment["startThreads"],
  expedition: Expedition,
): Promise<void> {
  if (startThreads === undefined) return exploreAlone(expedition);
  const { prepared, reduction, keepAll, checkpoints } = expedition;
  const { store, code, soloLimits } = prepared;
  const { shared } = store;
  if (get(shared, "phase") === phases.expand)
    keepAll(explore(store, code, shared.plan.workers, { limits: soloLimits, reduction }));
  if (get(shared, "ending") !== endings.running) return checkpoints.onReturn();
  const stopSupervising = expedition.supervise();
  try {
    await exploreTogether(startThreads, expedition);
  } finally {
    stopSupervising();
    checkpoints.stop();
  }
}

async function exploreTogether(
  startThreads: Exclude<SearchEnvironment["startThreads"], undefined>,
  { prepared, reduction, keepAll, checkpoints, supplyPages }: Expedition,
): Promise<void> {
  const { store, code, limits, storage } = prepared;
  const { shared } = store;
  const { memory, banks, plan } = shared;
  const memories = { memory, banks };
  const levelFiles = storage && { states: storage.files.states.descriptor, notes: storage.files.notes.descriptor };
  const threads = await startThreads({ code, memories, plan, levelFiles, limits, reduction });
  const supply = setInterval(supplyPages, supplyMs);
  try {
    if (get(shared, "handOver") === 0) await exploreMeanwhile(prepared, reduction, keepAll);
    if (get(shared, "ending") !== endings.running) checkpoints.onReturn();
    else
      await searchOnThreads(threads, store, limits, (found) => {
        keepAll(found);
        checkpoints.onReturn();
      });
  } finally {
    clearInterval(supply);
    await threads.end();
  }
}

/** Searches alone while the threads load, and handles signals at the end of a level. */
async function exploreMeanwhile(
  { store, code, limits, soloLimits }: PreparedSearch,
  reduction: SymmetryReduction,
  keepAll: (found: readonly Candidate[]) => void,
): Promise<void> {
  const { shared } = store;
  const { deadline } = soloLimits;
  const most = patience * soloLimits.handOverAbove;
  await turnOfEventLoop();
  while (goesOnAlone(shared, most)) {
    const handOverAt = performance.now() + turnMs;
    const meanwhile = { ...limits, handOverAbove: most, handOverToReady: true, handOverAt, deadline };
    abandonBlocks(store, meanwhile);
    put(shared, "phase", phases.expand);
    keepAll(explore(store, code, shared.plan.workers, { limits: meanwhile, reduction }));
    await turnOfEventLoop();
  }
}

function goesOnAlone(shared: SharedMemory, most: number): boolean {
  const isRunning = get(shared, "ending") === endings.running && get(shared, "handOver") === 0;
  return isRunning && get(shared, "ready") < shared.plan.workers && get(shared, "states") <= most;
}

/** While the threads load, the main thread may find this many times more states alone, in case they never load. */
const patience = 20;

/** While threads search, ask this often for the memory that they need next. */
const supplyMs = 10;

/** Handle signals this often, with threads at the end of the current level. */
const turnMs = 50;

/** Searches to the end on this thread, and handles signals between two batches of states. */
async function exploreAlone({
  prepared,
  reduction,
  keepAll,
  checkpoints,
  supplyPages,
  supervise,
}: Expedition): Promise<void> {
  const { store, code, soloLimits } = prepared;
  const { shared } = store;
  const stopSupervising = supervise();
  try {
    for (;;) {
      const exploration = { limits: soloLimits, reduction };
      const turns = exploreInTurns(store, code, shared.plan.workers, exploration, turnMs);
      let turn = turns.next();
      while (turn.done !== true) {
        await supplyPages();
        await turnOfEventLoop();
        turn = turns.next();
      }
      keepAll(turn.value);
      checkpoints.onReturn();
      if (get(shared, "phase") !== phases.handOver) return;
      abandonBlocks(store, soloLimits);
    }
  } finally {
    stopSupervising();
    checkpoints.stop();
  }
}
