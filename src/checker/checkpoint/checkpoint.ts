/**
 * The data that a search needs to go on from the start of a level, read from the shared memory and put back. The table is
 * left out, because it can be filled again from the states. States keep their indices, so references to them stay valid.
 */
import { fdatasyncSync } from "node:fs";
import { at } from "../../ir/lookup.ts";
import { blockSize, segmentBytes, testedAt } from "../../memory/memory-map.ts";
import { type OpenCheckpointFile, openCheckpointFile, writeCheckpointFile } from "../disk/checkpoint-file.ts";
import type { LevelStorage, SavedLevels } from "../disk/level-storage.ts";
import { abandonBlocks, growForAll, type Limits } from "../levels/level-leader.ts";
import { levelStart } from "../levels/level-start.ts";
import { messagePack } from "../memory/message-pack.ts";
import { areaOf, get, longWord, put, type SharedMemory, segment, tableEntries } from "../memory/shared-memory.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import { packCandidates, unpackCandidates } from "../violations/candidates-message.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import {
  type CommonHead,
  type Head,
  type Identified,
  type PartsHead,
  refused,
  refuseForeign,
  reportingDamage,
  tooLarge,
} from "./checkpoint-head.ts";
import { enterLevels } from "./enter-levels.ts";

/** What a search has found, in addition to its memory. */
export interface Progress {
  readonly candidates: Iterable<Candidate>;
  readonly seconds: number;
  readonly storage: LevelStorage | undefined;
}

/**
 * Call this while no thread searches. The work on an unfinished level is left out. `set`: the checkpoint to which the file
 * belongs, if it is a part.
 */
export function saveStates(
  file: string,
  search: Identified,
  store: Store,
  { candidates, seconds, storage }: Progress,
  set?: string,
): void {
  const { shared } = store;
  const { memory, plan } = shared;
  const common = commonHead(search, store, seconds);
  const found = BigInt(common.found);
  const head: Head = {
    ...common,
    levelFirst: get(shared, "levelFirst"),
    segments: new Uint8Array(memory.buffer, plan.segmentsAt, get(shared, "levelEnd") * segmentBytes).slice(),
    goesOnFrom: get(shared, "goesOnFrom"),
    ...levelStart(shared),
    candidates: packCandidates([...candidates].filter(({ bit }) => (found >> BigInt(bit)) % 2n === 1n)),
    ...(storage === undefined ? {} : { levels: savedLevels(storage, shared) }),
    ...(set === undefined ? {} : { set }),
  };
  writeCheckpointFile(file, messagePack().pack(head), store.checkpointBody());
}

export function commonHead({ description, identity }: Identified, store: Store, seconds: number): CommonHead {
  const { shared, partition } = store;
  const news = at(longWord(shared, "newViolations"), 0);
  return {
    description,
    identity,
    seconds,
    depth: get(shared, "depth"),
    found: (at(longWord(shared, "found"), 0) & ~news).toString(),
    newViolations: news.toString(),
    ...(partition === undefined ? {} : { partition }),
  };
}

function savedLevels({ files, name, digestTo }: LevelStorage, shared: SharedMemory): SavedLevels {
  if (name === undefined) throw new Error("a checkpoint cannot name a file without a name");
  fdatasyncSync(files.states.descriptor);
  return { name, digest: digestTo(shared, get(shared, "levelFirst")) };
}

export interface OpenStates {
  readonly file: string;
  readonly head: Head;
  readonly content: OpenCheckpointFile;
}

/** Throws a UserError if the file is not a checkpoint of this very search. The caller must close its content. */
export function openCheckpoint(file: string, search: Identified, limits: Limits): OpenStates {
  return openStates(file, (head: Head | PartsHead) => {
    if ("parts" in head)
      throw refused(
        "checkpoint/foreign",
        file,
        "the checkpoint is of a search by several processes",
        "resume it with --mpi; one process is enough, and any number is possible",
      );
    refuseForeign(file, head, search, limits);
  });
}

/** Throws a UserError if the file is damaged, or what `accept` throws. The caller must close its content. */
export function openStates(file: string, accept: (head: Head) => void): OpenStates {
  const content = reportingDamage(file, () => openCheckpointFile(file));
  try {
    const head = reportingDamage(file, () => messagePack().unpack(content.head) as Head);
    accept(head);
    return { file, head, content };
  } catch (error) {
    content.close();
    throw error;
  }
}

/** What was found before, and how many states there are now. */
export interface Restored {
  readonly candidates: readonly Candidate[];
  readonly states: number;
}

/** Puts everything back into an unused memory, so that the level can begin. */
export function restore(
  { file, head, content }: OpenStates,
  store: Store,
  thread: StoreThread,
  limits: Limits,
  storage: LevelStorage | undefined,
): Restored {
  const { shared } = store;
  const { memory, plan } = shared;
  const count = head.segments.length / segmentBytes;
  const endOfStates = endOf(head.segments);
  const blocks = Math.ceil(endOfStates / blockSize);
  if (blocks * blockSize > store.endOfIndices || count > plan.maxSegments) throw tooLarge(file);
  new Uint8Array(memory.buffer, plan.segmentsAt, head.segments.length).set(head.segments);
  put(shared, "segments", count);
  put(shared, "levelFirst", head.levelFirst);
  put(shared, "levelEnd", count);
  const segments = Array.from({ length: count }, (_, i) => segment(shared, i));
  const states = segments.reduce((sum, { first, end }) => sum + end - first, 0);
  put(shared, "states", states);
  put(shared, "nextBlock", blocks);
  put(shared, "depth", head.depth);
  putFound(shared, head);
  put(shared, "goesOnFrom", head.goesOnFrom);
  addCounters(shared, head);
  // The table gets the size that it had, or that it would have got when next checked.
  abandonBlocks(store, limits);
  growForAll(store, limits);
  thread.functions.setTableSize(tableEntries(shared));
  reportingDamage(file, () => {
    content.readBody(store.checkpointBody());
    const { levels } = head;
    if (storage !== undefined && levels !== undefined) enterLevels(file, levels, shared, storage, thread.enterStored);
    for (const { first, end } of store.segmentsInMemory()) thread.enter(first, end);
  });
  return { candidates: unpackCandidates(head.candidates), states };
}

export function putFound(shared: SharedMemory, { found, newViolations }: CommonHead): void {
  longWord(shared, "found")[0] = BigInt(found);
  longWord(shared, "newViolations")[0] = BigInt(newViolations);
}

/** Adds what was counted before to what this thread has counted. */
export function addCounters({ memory, plan }: SharedMemory, { tested, transitionsOf }: Head): void {
  const premises = new Uint8Array(memory.buffer, testedAt, tested.length);
  for (const [check, isTested] of tested.entries()) premises[check] = at(premises, check) | isTested;
  const counts = new BigInt64Array(memory.buffer, areaOf(plan, plan.workers), transitionsOf.length);
  for (const [location, transitions] of transitionsOf.entries())
    counts[location] = at(counts, location) + BigInt(transitions);
}

function endOf(segments: Uint8Array): number {
  const words = new Int32Array(Uint8Array.from(segments).buffer);
  let end = 0;
  for (let i = 1; i < words.length; i += segmentBytes / 4) end = Math.max(end, at(words, i));
  return end;
}
