/** The memory that the planner of a store divides. */
export interface Room {
  readonly segmentsAt: number;
  /** All that is allowed, and how much of it one memory can have. */
  readonly memoryBytes: number;
  readonly mostOfOne: number;
  /** Bytes for table and states. */
  readonly bytes: number;
  readonly stride: number;
  /** Bytes for each state in addition to the state itself. */
  readonly noteBytes: number;
  /** The same for the key of a successor, and for the actors that sleep there. A store may do without them. */
  readonly keyNoteBytes: number;
  readonly sleeperBytes: number;
  /** The same for what is kept of states that ranks send to each other. A store may do without it. */
  readonly receivedBytes: number;
  readonly overshoot: number;
  readonly smallestLog2: number;
  /** The offset of a store's own part in an area, after the batch. */
  readonly ownIn: number;
  /** 64 except in tests. */
  readonly fingerprintBits: number;
  readonly workers: number;
  readonly batchCapacity: number;
  readonly partition: Partition;
  /** The search has at least so many states; 0 if nothing is known. */
  readonly leastStates: number;
}

/** How states are divided in parts. What is left out is chosen as usual. */
export interface Partition {
  /** For each word of a state, the bits that are in its left part. The lower half of the words, if it is left out. */
  readonly leftMasks?: readonly number[] | undefined;
  /** How many parts of a side there can be, as a logarithm. Left out except in tests. */
  readonly partBits?: number | undefined;
  /** The smallest table of roots, as a logarithm. Left out except in tests. */
  readonly rootsLog2?: number | undefined;
}

/** The decisions of a store's planner. */
export interface Fitted<Plan> {
  /** The store's own part. */
  readonly store: Plan;
  /** The 64 KiB pages of each further memory. */
  readonly bankPages: readonly number[];
  readonly maxSegments: number;
  /** The table by which the store finds states, with its first size and its last, and slots that it has in addition. */
  readonly tableAt: number;
  readonly initialEntries: number;
  readonly mostEntries: number;
  readonly slotsBeyond: number;
  readonly statesAt: number;
  /** Of each there: the packed state, unless the store keeps something else in its place. */
  readonly storedBytes: number;
  /**
   * If `can-always-finish` is checked: for each state in memory a word, 0 until a successor is known,
   * then one more than the greatest index of a successor; `ended` if a path ends here. Else undefined.
   */
  readonly notesAt: number | undefined;
  /**
   * One of several ranks: a word for each of the first states that others send, in the form of a note
   * (src/checker/distributed/sent-states.ts).
   */
  readonly receivedAt?: number | undefined;
  /** For each state in memory an i64: a successor's key in the table (src/codegen/wasm/expand/noted-successors.ts). */
  readonly keyNotesAt?: number | undefined;
  /** For each state in memory a byte: the actors that sleep there (src/codegen/wasm/expand/sleeping-actors.ts). */
  readonly sleepersAt?: number | undefined;
  /** How many states there is room for. */
  readonly maxStates: number;
}

/** How a store divides memory. */
export interface StorePlanner<Plan> {
  /** Bytes of the store's own part of an area. */
  areaBytes(room: Pick<Room, "stride" | "memoryBytes" | "mostOfOne" | "batchCapacity">): number;
  /** The largest table and the most states; undefined if there is too little room to search in. */
  fit(room: Room): Fitted<Plan> | undefined;
}
