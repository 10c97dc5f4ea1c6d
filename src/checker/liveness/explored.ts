import type { Layout } from "../../ir/layout.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import type { SymmetryReduction } from "../violations/representative.ts";

/** A search that has explored all states. */
export interface Explored {
  readonly store: Store;
  readonly thread: StoreThread;
  readonly layout: Layout;
  readonly reduction: SymmetryReduction;
  readonly archive: LevelArchive;
}
