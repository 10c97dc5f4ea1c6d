import type { Layout } from "../../ir/layout.ts";
import type { Program } from "../../ir/program.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import type { SymmetryReduction } from "../violations/representative.ts";

/** A search that has explored all states, or one process's part of it. */
export interface Explored {
  readonly store: Store;
  readonly thread: StoreThread;
  readonly layout: Layout;
  readonly reduction: SymmetryReduction;
  readonly archive: LevelArchive;
}

/** The explored states of all processes. All of them ask the same, in the same order, and get the same answers. */
export interface AllExplored {
  /** Undefined if all states can finish, or the store cannot tell. */
  readonly firstLivelocked: () => Promise<Livelocked | undefined>;
  /** The nearest state on a fair loop; undefined if there is none, or the store cannot tell. */
  readonly firstFairLoop: (program: Program) => Promise<Livelocked | undefined>;
  /** Of the states that `find` gives for each process, the first: by its level, and then by its contents. */
  readonly first: (find: (explored: Explored) => Livelocked | undefined) => Promise<Livelocked | undefined>;
}
