/**
 * A scenario in the form that the model takes: names are resolved, and it is not JSON. `src/spec` makes one from a
 * file.
 */
import type { DriverName } from "./drivers.ts";

export type VmaFlag = "read" | "write";
/**
 * `private-file`: a private mapping of a file. Written pages are anonymous copies, and truncating the file zaps them.
 */
export type Backing = "anonymous" | "private-file";

/**
 * What userfaultfd write protection does in a VMA. `unpopulated`: it also protects addresses at which nothing is mapped
 * (UFFD_FEATURE_WP_UNPOPULATED). `async`: a write fault ends the protection itself (UFFD_FEATURE_WP_ASYNC, which needs
 * the other).
 */
export const userfaultfdModes = ["sync", "unpopulated", "async"] as const;
export type UserfaultfdMode = (typeof userfaultfdModes)[number];

export interface VmaSpec {
  readonly name: string;
  /** Number of pages, at least 1. */
  readonly pages: number;
  readonly flags: readonly VmaFlag[];
  readonly backing: Backing;
  /** Anonymous memory is allocated in folios of this many pages, aligned, and mapped page by page. */
  readonly folio: 1 | 2;
  /**
   * A folio is mapped as a whole (by a PMD) from the fault or the collapse that allocates it until get_user_pages splits
   * the mapping.
   */
  readonly pmdMapped: boolean;
  /** Left out: `sync`. */
  readonly userfaultfd?: UserfaultfdMode;
}

export interface ProcessSpec {
  readonly name: string;
  readonly vmas: readonly VmaSpec[];
  /** The parent, for a process that a `fork` makes. The process has the parent's VMAs. */
  readonly forkedFrom: string | undefined;
}

export interface DeviceSpec {
  readonly name: string;
  readonly driver: DriverName;
  /** How many pages its own memory has. CPUs cannot access them. */
  readonly memory: number;
}

export const memorySupplies = ["enough", "may-fail"] as const;
export type MemorySupply = (typeof memorySupplies)[number];

export interface SystemSpec {
  /** Number of physical pages that can be allocated, at least 1. */
  readonly pages: number;
  /** Number of slots of the swap device. It matters only to scenarios that reclaim. */
  readonly swap: number;
  /** Reading and writing the swap device is synchronous, as with zram; left out if it is not. */
  readonly synchronousSwap?: boolean;
  /** Whether an allocation fails only if no page is free, or may fail at any time. */
  readonly memory: MemorySupply;
  /**
   * Left out: VMAs have locks only if that can make a difference. `always`: also beside operations that mark every VMA
   * first. No file says so; it is for comparing the two.
   */
  readonly vmaLocks?: "always";
  readonly processes: readonly ProcessSpec[];
  readonly devices: readonly DeviceSpec[];
}

/**
 * What an operation works on: pages of one VMA (`buf[0]`, `buf`), a process (`child`), two VMAs (`buf -> spare`), or two
 * pages (`buf[0] -> spare[0]`).
 */
export type OperationTarget =
  | { readonly kind: "pages"; readonly vma: string; readonly first: number; readonly count: number }
  | { readonly kind: "process"; readonly process: string }
  | { readonly kind: "move"; readonly from: string; readonly to: string }
  | { readonly kind: "page-move"; readonly from: PageOfVma; readonly to: PageOfVma };

export interface PageOfVma {
  readonly vma: string;
  readonly page: number;
}

/** Attributes that differ from the default. */
export interface CallAttributes {
  /** The holder of the pin only reads from the page. */
  readonly for?: "reading";
  /** The call first tries without any lock. */
  readonly fast?: true;
}

export interface OperationCall {
  /** A name of `operations`. */
  readonly operation: string;
  readonly target: OperationTarget;
  readonly attributes?: CallAttributes;
}

/** One line of an actor's program: an operation, or `times` times a free choice among several. */
export type ProgramItem =
  | { readonly kind: "operation"; readonly call: OperationCall }
  | { readonly kind: "any"; readonly calls: readonly OperationCall[]; readonly times: number };

export interface ActorSpec {
  readonly name: string;
  /** A thread of `process` on a CPU of its own, or an engine of `device` that works in the memory of `process`. */
  readonly kind: "thread" | "engine";
  readonly process: string;
  readonly device: string | undefined;
  /** The actors that must have finished before this one begins; left out if there are none. */
  readonly after?: readonly string[];
  readonly run: readonly ProgramItem[];
}

export interface Scenario {
  readonly system: SystemSpec;
  /** What has happened before the start, in order: each operation ran alone from beginning to end. */
  readonly initially: readonly { readonly actor: string; readonly call: OperationCall }[];
  readonly actors: readonly ActorSpec[];
}
