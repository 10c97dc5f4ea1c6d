/**
 * The state of the modelled machine, and the names by which the model's procedures use its parts. A variable that
 * exists once for each address space, page or device is an array; an accessor gives the element as an expression that
 * can be read and assigned.
 */
import type { Expr, Operand } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { enumeration, type ValueType, type WordType } from "../../ir/types.ts";
import type { Variable } from "../../ir/variable.ts";
import type { FeatureName } from "../features/catalogue.ts";
import type { DriverName } from "../scenario/drivers.ts";
import type { OperationName } from "../scenario/operation-catalogue.ts";
import type { ActorSpec, Backing, Scenario, UserfaultfdMode } from "../scenario/scenario.ts";
import type { Alike } from "./alike.ts";

/** A VMA that every address space has: `fork` gives the child the same VMAs at the same addresses. */
export interface Vma {
  readonly index: number;
  readonly name: string;
  /** The address space that had the VMA from the start. */
  readonly mm: number;
  /** Its addresses are `first` to `first + count - 1`. */
  readonly first: number;
  readonly count: number;
  readonly writable: boolean;
  readonly readable: boolean;
  readonly backing: Backing;
  /**
   * The page-cache page behind the first address; those of the other addresses follow it. Undefined for anonymous
   * memory.
   */
  readonly firstFilePage: number | undefined;
  /** The pages of the largest folio that the VMA can have. */
  readonly folio: 1 | 2;
  /** The pages that a write fault allocates together. */
  readonly faultsIn: 1 | 2;
  /** A PMD may map the VMA's folio as a whole. */
  readonly pmdMappable: boolean;
  readonly userfaultfd: UserfaultfdMode;
}

export interface ThreadInfo {
  readonly actor: number;
  readonly mm: number;
}

export interface PinnerInfo extends ThreadInfo {
  /** Whether the actor pins pages for DMA that only reads from them. */
  readonly reading: boolean;
  /** Whether a call of the actor tries to pin without any lock. */
  readonly fast: boolean;
}

export interface EngineInfo {
  readonly actor: number;
  readonly mm: number;
  readonly device: number;
}

export interface DeviceInfo {
  readonly name: string;
  readonly driver: DriverName;
  /** The address space whose memory the device accesses; undefined for a device without engines. */
  readonly mm: number | undefined;
  /** The numbers of the pages in its own memory: `first` to `first + count - 1`. */
  readonly memory: { readonly first: number; readonly count: number };
}

export interface Machine {
  readonly scenario: Scenario;
  readonly has: (feature: FeatureName) => boolean;
  /** Whether any actor runs one of these operations. State that only these operations use is left out if none runs. */
  readonly uses: (...operations: readonly OperationName[]) => boolean;
  /** Address spaces by number. A child comes after its parent, as in an anon_vma's interval tree. */
  readonly mms: readonly { readonly name: string; readonly parent: number | undefined }[];
  readonly vmas: readonly Vma[];
  /** Names of the virtual addresses (pages) by number: `buf[0]`. */
  readonly addresses: readonly string[];
  /** Pages by number: those that can be allocated, those of the page cache, those in the memory of devices. */
  readonly pages: readonly string[];
  /** The value of a PTE's pfn or of a page register that means the zero page or "no page". */
  readonly noPage: number;
  readonly actors: readonly ActorSpec[];
  readonly threads: readonly ThreadInfo[];
  readonly engines: readonly EngineInfo[];
  /** The actors that pin pages. */
  readonly pinners: readonly PinnerInfo[];
  /** The actors that take references in order to read. */
  readonly getters: readonly ThreadInfo[];
  readonly forkers: readonly ThreadInfo[];
  /** The actors that may fault for writing, in scenarios that track writes. */
  readonly writers: readonly ThreadInfo[];
  /** The actors that give up memory with MADV_FREE. */
  readonly freers: readonly ThreadInfo[];
  /** The actors that write-protect pages, for userfaultfd or PAGEMAP_SCAN. */
  readonly armers: readonly ThreadInfo[];
  readonly devices: readonly DeviceInfo[];
  readonly types: MachineTypes;
  readonly variables: readonly Variable[];
  readonly alike: Alike;

  readonly pte: (mm: number, va: Operand) => Expr;
  /** Whether a page belongs to a folio of two pages; a constant if no VMA has such folios. */
  readonly largeFolio: (page: Operand) => Expr;
  /**
   * The first page of the page's folio. The folio has one reference count, one lock and one dirty flag, and references
   * are held to the folio.
   */
  readonly head: (page: Operand) => Expr;
  readonly refcount: (page: Operand) => Expr;
  readonly mapcount: (page: Operand) => Expr;
  /** 0, or the number of the actor that holds the page lock plus one. */
  readonly pageLock: (page: Operand) => Expr;
  readonly pageDirty: (page: Operand) => Expr;
  readonly pageAnon: (page: Operand) => Expr;
  readonly pageCache: (page: Operand) => Expr;
  /** PG_anon_exclusive: the page belongs to one mapping alone. Always false before v5.19. */
  readonly anonExclusive: (page: Operand) => Expr;
  readonly mmapReaders: (mm: number) => Expr;
  /** The lock of a VMA (vm_lock); undefined if the scenario cannot tell it from the mmap lock. */
  readonly vmaLock: (mm: number, vma: Vma) => VmaLock | undefined;
  /** All such locks of an address space. */
  readonly vmaLocksOf: (mm: number) => readonly VmaLock[];
  /** A lock holds 0, or the number of its owner plus one. */
  readonly mmapWriter: (mm: number) => Expr;
  readonly ptl: (mm: number) => Expr;
  readonly driverMutex: (device: number) => Expr;
  /** An invalidation of the device is between its two passes; a constant if its driver's notifier has one pass. */
  readonly finishPending: (device: number) => Expr;
  /** A VMA and the VMAs to which or from which mremap moves it, in order. They share one anon_vma. */
  readonly anonVma: (vma: Vma) => readonly Vma[];
  /** An address, and those between which UFFDIO_MOVE moves pages from and to it. */
  readonly movedBetween: (va: number) => readonly number[];
  /** folio->index of a page, given as the address to which it belongs; a constant if nothing moves pages. */
  readonly pageIndex: (page: Operand) => Expr;
  /** How many actors hold a VMA's anon_vma lock for reading. Parent and child share the lock. */
  readonly anonVmaReaders: (vma: Vma) => Expr;
  /** Which actor holds that lock for writing over several steps: only a collapse does. */
  readonly anonVmaWriter: (vma: Vma) => Expr;
  /** The same for the i_mmap lock of the file behind the VMA. */
  readonly iMmapReaders: (vma: Vma) => Expr;
  /** The anon_vma of a page, given as an address space: the one in which the page was first mapped. */
  readonly anonVmaOf: (page: Operand) => Expr;
  /** vma->anon_vma is set: a write fault has come. A constant if neither fork nor a VMA's lock asks for it. */
  readonly hasAnonVma: (mm: number, vma: Vma) => Expr;
  /** When fork made the VMA, the parent's had an anon_vma: walks from an ancestor's anon_vma visit it. */
  readonly sharesAnonVma: (mm: number, vma: Vma) => Expr;
  /** The VMA is in the process's tree of VMAs, in which faults and system calls look it up. */
  readonly vmaMapped: (mm: number, vma: number) => Expr;
  /**
   * The VMA is in the reverse map. munmap() takes it out of the tree first. In all other cases the two values are
   * equal.
   */
  readonly vmaLinked: (mm: number, vma: number) => Expr;
  /** VM_WRITE. */
  readonly vmaWrite: (mm: number, vma: Vma) => Expr;
  /** Soft-dirty tracking is on: VM_SOFTDIRTY is not set. */
  readonly tracksSoftDirty: (mm: number, vma: Vma) => Expr;
  /** The VMA's folio is mapped as a whole, by a PMD. */
  readonly pmdMapped: (mm: number, vma: Vma) => Expr;
  /**
   * A VMA that a PMD may map has a page table, which may be empty. Zapping its entries leaves the table, so no fault
   * lets the PMD map a folio; only a collapse takes the table away.
   */
  readonly pageTable: (mm: number, vma: Vma) => Expr;
  /** A collapse has emptied the PMD: page walks find none of the entries. A constant if nothing collapses. */
  readonly pmdEmpty: (mm: number, vma: Vma) => Expr;
  /** VM_LOCKED. A forked child does not have it. */
  readonly vmaLocked: (mm: number, vma: Vma) => Expr;
  /**
   * Userfaultfd monitors the VMA. It monitors all anonymous memory that is mapped at the start, without fork and remap
   * events (UFFD_FEATURE_EVENT_*). So it does not monitor a child's VMA or a VMA that was moved.
   */
  readonly userfaultfd: (mm: number, vma: Vma) => Expr;
  /** 0, or one more than the address at which the actor's fault waits, or is about to wait, for userspace. */
  readonly userfaultAt: (actor: number) => Expr;
  readonly truncated: (vma: number) => Expr;
  /** The invalidate_lock of the file behind a VMA, as hole punching holds it; a fault that reads a page waits for it. */
  readonly invalidateLock: (vma: number) => Expr;
  readonly processState: (mm: number) => Expr;
  /** Whether an actor has finished that others wait for; undefined if no actor waits for it. */
  readonly finished: (actor: string) => Expr | undefined;
  /** The progress of an exit; "running" if no actor exits. */
  readonly exitState: (mm: number) => Expr;
  /**
   * The operations and drivers' requests that keep the address space alive: mm_users without the threads themselves.
   */
  readonly mmUsers: (mm: number) => Expr;
  /**
   * MMF_UNSTABLE: the out-of-memory reaper has begun to take pages. Constant without the feature, or without a reaper.
   */
  readonly reaped: (mm: number) => Expr;
  readonly rssAnon: (mm: number) => Expr;
  readonly rssFile: (mm: number) => Expr;
  readonly activeInvalidations: (mm: number) => Expr;
  /** tlb_flush_batched: reclaim or migration has deferred a flush since flush_tlb_batched_pending() was last called. */
  readonly tlbFlushBatched: (mm: number) => Expr;
  /**
   * tlb_flush_pending: which actors have changed the protection of entries and have yet to flush; 0 if nothing reads
   * it.
   */
  readonly tlbFlushPending: (mm: number) => Expr;
  /**
   * Which engine has nouveau's fault handler, which answers the faults of a device one after the other; undefined for
   * one engine.
   */
  readonly faultWorker: ((device: number) => Expr) | undefined;
  /** An engine's interval notifier: 0, or the address that it covers plus one. */
  readonly subscription: (engine: number) => Expr;
  readonly subscriptionStale: (engine: number) => Expr;
  readonly subscriptionInvalidating: (engine: number) => Expr;
  readonly cpuTlb: (thread: number) => Expr;
  readonly devicePte: (device: number, va: Operand) => Expr;
  readonly deviceTlb: (device: number, va: Operand) => Expr;
  /** The page of the engine's atomic between its load and its store, plus one; 0 between atomics. */
  readonly atomicInFlight: (engine: number) => Expr;
  /**
   * A migration, reclaim or a collapse has taken the page off its LRU list. No other actor can isolate it meanwhile. A
   * constant if none asks.
   */
  readonly isolated: (page: Operand) => Expr;
  /**
   * PG_partially_mapped: a page of the large folio has lost its last mapping while the other one was mapped. A constant
   * if migration does not ask.
   */
  readonly partlyMapped: (page: Operand) => Expr;
  /** How many slots the swap device has; 0 if nothing is ever swapped out. */
  readonly swapSlots: number;
  /** How many entries stand for the content of a slot. */
  readonly swapCount: (slot: Operand) => Expr;
  /** The page that the swap cache has for a slot, plus one, or 0. */
  readonly swapCache: (slot: Operand) => Expr;
  /** Reads and writes of the swap device end before the call that begins them (SWP_SYNCHRONOUS_IO), as with zram. */
  readonly synchronousSwap: boolean;
  /** SWAP_HAS_CACHE without a page in the swap cache: a fault reads the slot past the swap cache. */
  readonly slotClaimed: (slot: Operand) => Expr;
  /**
   * Ghosts (kernel/swap-in-uncached.ts): the slot that an actor has read past the swap cache, plus one, until it maps
   * the page or gives it back; and whether the slot was written since.
   */
  readonly slotRead: (actor: number) => Expr;
  readonly slotReadOutdated: (actor: number) => Expr;
  readonly rssSwap: (mm: number) => Expr;
  /** What a pinner has pinned at an address: the page plus one, or 0. */
  readonly pinned: (pinner: number, va: Operand) => Expr;
  /** What a pinner has pinned without any lock and may have to give back: the page plus one, or 0. */
  readonly fastPin: (pinner: number) => Expr;
  /**
   * mm->write_protect_seq: whether fork() copies entries at that moment, and whether it began to since the pinner last
   * looked. Undefined if the pinner cannot meet a fork().
   */
  readonly writeProtectSeq: (pinner: number) => { readonly odd: Expr; readonly changed: Expr } | undefined;
  /** The page to which a getter has taken a reference at an address, plus one, or 0. */
  readonly gotten: (getter: number, va: Operand) => Expr;
  /** Ghost: the process has not given up the address since the page was pinned there. */
  readonly pinAttached: (pinner: number, va: Operand) => Expr;
  /** Ghost: the page's content is not in its slot. */
  readonly newer: (page: Operand) => Expr;
  /** PG_hwpoison: memory_failure() has begun to handle an error in the page's memory. */
  readonly hwpoison: (page: Operand) => Expr;
  /** Ghost: memory_failure() has taken the page out of use. It keeps its reference for ever. */
  readonly retired: (page: Operand) => Expr;
  readonly pageMlocked: (page: Operand) => Expr;
  /** PG_swapbacked is not set: MADV_FREE has marked the page, and reclaim may discard it if it is clean. */
  readonly lazyfree: (page: Operand) => Expr;
  /** PageKsm: several addresses share the page because their content is the same. */
  readonly merged: (page: Operand) => Expr;
  /** Ghost: the page was written to after it was copied or compared, and the result will replace it. */
  readonly outdated: (page: Operand) => Expr;
  /** Ghost: the page's content was copied to another page, which will replace it. */
  readonly copied: (page: Operand) => Expr;
  /** Whether any operation write-protects entries, so that a write fault can copy a page while others write to it. */
  readonly watchesCopies: boolean;
  /**
   * Ghosts (kernel/copies.ts): the page from which an actor copies, plus one; and whether that page was written to
   * since.
   */
  readonly copying: (actor: number) => Expr;
  readonly copyOutdated: (actor: number) => Expr;
  /**
   * Ghosts (kernel/tracking.ts): what was written since soft-dirty was cleared; clearing is under way; what is armed.
   */
  readonly written: (mm: number, va: Operand) => Expr;
  readonly clearing: (mm: number) => Expr;
  /**
   * Ghost: the address plus one to which a writer is about to write, because it faulted there for writing; 0 if there
   * is none.
   */
  readonly writing: (writer: number) => Expr;
  readonly armed: (mm: number, va: Operand) => Expr;
  /** Ghost: an armer has changed the entry, and UFFDIO_WRITEPROTECT has not returned yet. */
  readonly arming: (armer: number, va: Operand) => Expr;
  /** Ghost: MADV_FREE has given up the content of the address, and it was not written to since MADV_FREE returned. */
  readonly freed: (mm: number, va: Operand) => Expr;
  /** Ghost: a freer has cleaned the entry, and MADV_FREE has not returned yet. */
  readonly freeing: (freer: number, va: Operand) => Expr;
  /** Ghost: whether one of the actor's operations failed. */
  readonly failed: (actor: number) => Expr;
  /**
   * Ghosts: the references that an actor holds; the page that it names without a reference (plus one); whether that
   * page was freed since.
   */
  readonly held: (actor: number, page: Operand) => Expr;
  readonly named: (actor: number) => Expr;
  readonly namedStale: (actor: number) => Expr;
}

export interface VmaLock {
  readonly vma: Vma;
  /** How many actors hold it for reading. */
  readonly readers: Expr;
  /** An actor that holds the mmap lock for writing has marked the VMA (vm_lock_seq): 0, or its number plus one. */
  readonly writer: Expr;
}

export interface MachineTypes {
  readonly pte: WordType;
  readonly cpuTlb: WordType;
  readonly deviceEntry: WordType;
  /** A page's number, or `noPage`. */
  readonly page: ValueType;
  readonly process: ValueType;
}

export const processStates = enumeration("ProcessState", ["not_started", "running", "failed"]);
/** `exited`: the last user is gone. `released`: the notifiers are gone, too. */
export const exitStates = enumeration("ExitState", ["running", "exiting", "exited", "released"]);

/** Whether an address space is the given one or was forked from it, directly or indirectly. */
export function descendsFrom(machine: Pick<Machine, "mms">, mm: number, ancestor: number): boolean {
  const parent = at(machine.mms, mm).parent;
  return mm === ancestor || (parent !== undefined && descendsFrom(machine, parent, ancestor));
}

/** The address space from which an address space and its VMAs descend. */
export function rootOf(machine: Pick<Machine, "mms">, mm: number): number {
  const parent = at(machine.mms, mm).parent;
  return parent === undefined ? mm : rootOf(machine, parent);
}

export function hasLargeFolios({ vmas }: Pick<Machine, "vmas">): boolean {
  return vmas.some(({ folio }) => folio === 2);
}

/** The addresses at which pages of a large folio can be mapped: the pair to which the page's own address belongs. */
export function pairOf({ vma, va }: { readonly vma: Vma; readonly va: number }): {
  readonly first: number;
  readonly count: number;
} {
  const first = vma.folio === 2 ? va - ((va - vma.first) % 2) : va;
  return { first, count: Math.min(vma.folio, vma.first + vma.count - first) };
}

/** The VMA of an address. */
export function vmaAt(machine: Machine, va: number): Vma {
  const found = machine.vmas.find(({ first, count }) => va >= first && va < first + count);
  if (found === undefined) throw new RangeError(`no VMA holds address ${va}`);
  return found;
}
