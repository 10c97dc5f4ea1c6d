/**
 * The data that a search needs to go on from the start of a level, read from the shared memory and put back. The table is
 * left out, because it can be filled again from the states. States keep their indices, so references to them stay valid.
 */
import { fdatasyncSync } from "node:fs";
import { UserError } from "../../diagnostics/user-error.ts";
import { UnusableFile } from "../../files/input-file.ts";
import { systemReason } from "../../files/system-errors.ts";
import { at } from "../../ir/lookup.ts";
import { blockSize, segmentBytes, testedAt } from "../../memory/memory-map.ts";
import type { Partition } from "../../memory/room.ts";
import type { LevelReached, SearchDescription } from "../contract/search-types.ts";
import {
  DamagedCheckpoint,
  type OpenCheckpointFile,
  openCheckpointFile,
  writeCheckpointFile,
} from "../disk/checkpoint-file.ts";
import type { LevelStorage, SavedLevels } from "../disk/level-storage.ts";
import { abandonBlocks, growForAll, type Limits } from "../levels/level-leader.ts";
import { levelStart } from "../levels/level-start.ts";
import { messagePack } from "../memory/message-pack.ts";
import { areaOf, get, longWord, put, type SharedMemory, segment } from "../memory/shared-memory.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import { StoreFull } from "../stores/store-full.ts";
import { packCandidates, unpackCandidates } from "../violations/candidates-message.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { enterLevels } from "./enter-levels.ts";

/** The head of the file; numbers of 64 bits are written as text. */
interface Head {
  readonly description: SearchDescription;
  /** The digest of the program and its properties (search-identity.ts). */
  readonly identity: string;
  /** Time spent so far by all runs of this search. */
  readonly seconds: number;
  /** The level to expand next: its depth, and its first segment; it ends with the last one. */
  readonly depth: number;
  readonly levelFirst: number;
  readonly segments: Uint8Array;
  readonly found: string;
  readonly newViolations: string;
  /** As the control word. What a part of an unfinished level noted does no harm. */
  readonly goesOnFrom: number;
  readonly tested: Uint8Array;
  readonly transitionsOf: readonly number[];
  readonly candidates: Uint8Array;
  /** How the store divides states in parts, if it does. */
  readonly partition?: Partition;
  /** The file beside this one that has the states of finished levels, if the store does not keep them. */
  readonly levels?: SavedLevels;
}

export interface Identified {
  readonly description: SearchDescription;
  readonly identity: string;
}

/** Call this while no thread searches. The work on an unfinished level is left out. */
export function saveCheckpoint(
  file: string,
  { description, identity }: Identified,
  store: Store,
  candidates: Iterable<Candidate>,
  { seconds, storage }: { readonly seconds: number; readonly storage: LevelStorage | undefined },
): void {
  const { shared } = store;
  const { memory, plan } = shared;
  const news = at(longWord(shared, "newViolations"), 0);
  const found = at(longWord(shared, "found"), 0) & ~news;
  const segmentsLength = get(shared, "levelEnd") * segmentBytes;
  const head: Head = {
    description,
    identity,
    seconds,
    depth: get(shared, "depth"),
    levelFirst: get(shared, "levelFirst"),
    segments: new Uint8Array(memory.buffer, plan.segmentsAt, segmentsLength).slice(),
    found: found.toString(),
    newViolations: news.toString(),
    goesOnFrom: get(shared, "goesOnFrom"),
    ...levelStart(shared),
    candidates: packCandidates([...candidates].filter(({ bit }) => (found >> BigInt(bit)) % 2n === 1n)),
    ...(store.partition === undefined ? {} : { partition: store.partition }),
    ...(storage === undefined ? {} : { levels: savedLevels(storage, shared) }),
  };
  writeCheckpointFile(file, messagePack().pack(head), store.checkpointBody());
  storage?.kept();
}

function savedLevels({ file, name, digestTo }: LevelStorage, shared: SharedMemory): SavedLevels {
  if (name === undefined) throw new Error("a checkpoint cannot name a file without a name");
  fdatasyncSync(file.descriptor);
  return { name, digest: digestTo(shared, get(shared, "levelFirst")) };
}

export interface OpenCheckpoint {
  readonly file: string;
  readonly head: Head;
  readonly content: OpenCheckpointFile;
}

/** Throws a UserError if the file is not a checkpoint of this very search. The caller must close its content. */
export function openCheckpoint(file: string, search: Identified, limits: Limits): OpenCheckpoint {
  const content = reportingDamage(file, () => openCheckpointFile(file));
  try {
    const head = reportingDamage(file, () => messagePack().unpack(content.head) as Head);
    const reason = foreign(head, search) ?? beyond(head, limits);
    if (reason !== undefined) throw refused("checkpoint/foreign", file, reason);
    return { file, head, content };
  } catch (error) {
    content.close();
    throw error;
  }
}

/** What makes a checkpoint one of another search. */
function foreign({ description, identity }: Head, search: Identified): string | undefined {
  // A name that only one of the two describes is a difference too: an option may be new or removed.
  for (const what of new Set([...Object.keys(search.description), ...Object.keys(description)])) {
    const [then, now] = [description[what], search.description[what]];
    if (then !== now)
      return `the checkpoint is of another search: its ${what} is ${shown(then)}, and not ${shown(now)}`;
  }
  return identity === search.identity
    ? undefined
    : "the checkpoint is of another search: the scenario's program or its properties have changed";
}

function shown(value: string | undefined): string {
  return value === undefined || value === "" ? "none" : value;
}

/** Refuses a checkpoint that an uninterrupted search with these limits would never have reached. */
function beyond({ depth, found }: Head, limits: Limits): string | undefined {
  if (depth > limits.maxDepth)
    return `the checkpoint is ${depth} steps deep already, and the search is to end at ${limits.maxDepth}`;
  if (limits.stopAtFirstViolation && found !== "0")
    return "the checkpoint is of a search for all violations, and goes on after the first one";
  return undefined;
}

export interface Resumed extends LevelReached {
  readonly candidates: readonly Candidate[];
  /** Time spent by earlier runs. */
  readonly seconds: number;
}

/** Puts everything back into an unused memory, so that the level can begin. */
export function restore(
  { file, head, content }: OpenCheckpoint,
  store: Store,
  thread: StoreThread,
  limits: Limits,
  storage: LevelStorage | undefined,
): Resumed {
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
  longWord(shared, "found")[0] = BigInt(head.found);
  longWord(shared, "newViolations")[0] = BigInt(head.newViolations);
  put(shared, "goesOnFrom", head.goesOnFrom);
  new Uint8Array(memory.buffer, testedAt, head.tested.length).set(head.tested);
  const counts = new BigInt64Array(memory.buffer, areaOf(plan, plan.workers), head.transitionsOf.length);
  for (const [location, transitions] of head.transitionsOf.entries()) counts[location] = BigInt(transitions);
  // The table gets the size that it had, or that it would have got when next checked.
  abandonBlocks(store, limits);
  growForAll(store, limits);
  thread.functions.setTableMask(2 ** get(shared, "tableLog2") - 1);
  reportingDamage(file, () => {
    content.readBody(store.checkpointBody());
    const { levels } = head;
    if (storage !== undefined && levels !== undefined) enterLevels(file, levels, shared, storage, thread.enterStored);
    for (const { first, end } of store.segmentsInMemory()) thread.enter(first, end);
  });
  return { candidates: unpackCandidates(head.candidates), seconds: head.seconds, depth: head.depth, states };
}

function endOf(segments: Uint8Array): number {
  const words = new Int32Array(Uint8Array.from(segments).buffer);
  let end = 0;
  for (let i = 1; i < words.length; i += segmentBytes / 4) end = Math.max(end, at(words, i));
  return end;
}

function reportingDamage<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreFull) throw tooLarge(file);
    if (error instanceof DamagedCheckpoint) throw refused("checkpoint/damaged", file, error.message);
    const reason = error instanceof UnusableFile ? error.message : systemReason(error);
    if (reason === undefined) throw error;
    throw refused("checkpoint/unreadable", file, `cannot be read: ${reason}`);
  }
}

function tooLarge(file: string): UserError {
  const message = "the states of the checkpoint do not fit into the memory that may be used";
  return refused("checkpoint/too-large", file, message, "give more with --memory");
}

function refused(
  code: UserError["diagnostics"][number]["code"],
  file: string,
  message: string,
  hint?: string,
): UserError {
  return new UserError([hint === undefined ? { code, file, message } : { code, file, message, hint }]);
}
