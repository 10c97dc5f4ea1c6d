/** What a search asks of its store: the set of the states that it has seen. store-kinds.ts has all stores, by name. */
import type { SearchFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import type { Layout } from "../../ir/layout.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import type { StoreName } from "../../memory/memory-plan.ts";
import type { Partition } from "../../memory/room.ts";
import type { PartCounts } from "../contract/search-types.ts";
import type { BodyReader } from "../disk/checkpoint-file.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import type { LevelFiles } from "../disk/level-file.ts";
import type { Finishing } from "../livelock/finishing.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { StoredGraph } from "../livelock/stored-graph.ts";
import type { SearchCode } from "../memory/module-instance.ts";
import type { UsedRange } from "../memory/reused-memory.ts";
import type { Segment, SharedMemory } from "../memory/shared-memory.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import type { Omissions } from "./omission-probability.ts";

export interface StoreKind<Name extends StoreName> {
  /** Whether the states of finished levels are in a file, and not in memory. */
  readonly keepsLevelsInFile: boolean;
  /** How states are divided in parts; undefined if the store does not divide them. */
  partitionOf(program: Program, layout: Layout, symmetries: readonly Symmetry[]): Partition | undefined;
  /** The store in a memory, as each thread sees it. `levelFiles` is undefined if it keeps all states in memory. */
  open(shared: SharedMemory<Name>, levelFiles: LevelFiles | undefined): Store;
}

/** Unless stated otherwise, one thread calls these while the others wait, or before and after the search. */
export interface Store {
  readonly shared: SharedMemory;
  /** Whether a search that has expanded every state it found can be sure to have seen all states. */
  readonly isComplete: boolean;
  /** Whether all threads have work to do between two levels. */
  readonly worksBetweenLevels: boolean;
  /** States with this index or a greater one do not fit into memory. */
  readonly endOfIndices: number;

  /** The store's own code, bound to one thread's area. */
  thread(code: SearchCode, worker: number): StoreThread;

  /** Called before anything is stored. */
  prepare(): void;
  /** Called when the initial state is stored. */
  begin(): void;
  /** Called when all threads have ended. The rest of the blocks that they were filling stays unused. */
  abandonBlocks(): void;
  /**
   * How many more states can certainly be stored before the threads must meet; infinite if only `maxStates` is a limit.
   */
  room(): number;
  /** How many states the table may hold with so many entries. */
  mostStatesIn(entries: number): number;
  /** The size that the table should get when it is full; it may be more than is possible. */
  largerTable(entries: number): number;
  /** Whether something other than the table must grow. If the table must get another form for it, that is decided here. */
  growsBeside(): boolean;
  /** Called when a level is done, with its segments from `first` to before `end`. */
  leaveLevel(firstSegment: number, endSegment: number): void;
  /** Called by any thread that is about to expand a segment. False if the search must stop. */
  takeSegment(number: number): boolean;
  /** Called by the thread that took a segment when all its states are expanded. */
  leaveSegment(number: number): void;

  /** A state in memory. */
  wordsOf(index: number): Uint32Array;
  /** Bytes of table and states. Any thread may call this. */
  bytesInUse(): number;
  /** With those of so many more states. */
  usedRanges(moreStates?: number): readonly UsedRange[];

  /** After the search: its levels, its states, and what a search that stored so many states may have missed. */
  archive(): LevelArchive;
  omissions(states: number): Omissions;
  /** How the store divides states in parts. A checkpoint keeps it. */
  readonly partition: Partition | undefined;
  /** How many different parts states consist of; undefined if the store does not divide states. */
  parts(): PartCounts | undefined;
  bytesOnDisk(): number;

  /** At the start of a level: the segments whose states are in memory. */
  segmentsInMemory(): readonly Segment[];
  /** The parts of memory that a checkpoint must keep, as views: to be written, or to be filled. */
  checkpointBody(): Iterable<Uint8Array>;
  /**
   * The states of another process's checkpoint, segment by segment, each segment's as whole states that stay valid until
   * the next. Throws a DamagedCheckpoint.
   */
  statesOf(saved: SavedStates): Iterable<Uint8Array>;
}

/** What a checkpoint has of its states. */
export interface SavedStates {
  /** By segment: how many states. */
  readonly sizes: readonly number[];
  /** The first segment of the level to expand next. */
  readonly levelFirst: number;
  readonly body: BodyReader;
  /** For stores that keep levels in a file: what is stored of the segments before that one, in turn. */
  readonly finished: Iterable<Uint8Array>;
}

/** One thread's part of a store. */
export interface StoreThread {
  readonly functions: SearchFunctions;
  /** Makes the states `first` to `end - 1` of one segment readable for code, until the next call. */
  reach(first: number, end: number): void;
  /** The address at which code can read one state, valid until the next call. */
  addressOf(index: number): number;
  /** Stores a state with index 0, alone. It is a view of the memory, outside of the store. */
  storeFirst(state: Uint32Array): void;
  /** Enters states of one segment again into a table that does not have them. Throws a StoreFull if there is no room. */
  enter(first: number, end: number): void;
  /** The same for a segment of a finished level, with what the file has of its states. */
  enterStored(stored: Uint8Array): void;
  /** All threads together enlarge the table from so many entries, or what is beside it. False if the search was aborted. */
  grow(oldEntries: number): boolean;
  /** If the store works between levels. */
  workBetweenLevels(): void;
  /** Called alone, after a search of all states. Undefined if all states can finish, or the store cannot tell. */
  firstLivelocked(reduction: SymmetryReduction, archive: LevelArchive): Livelocked | undefined;
  /** The same for a part of all states, which alone cannot tell. Undefined if the store cannot tell. */
  finishing(archive: LevelArchive): Finishing | undefined;
  /** Called alone, after a search of all states; undefined if the store cannot find the stored states again. */
  graph(): StoredGraph | undefined;
}
