import type { Expr } from "../../ir/expression.ts";
import type { Procedure, Recorder } from "../../ir/recorder.ts";
import type { DriverName } from "../scenario/drivers.ts";
import type { Machine, Vma } from "./machine.ts";

/** Which actor runs a procedure, on which machine, and which drivers the kernel calls. */
export interface Context {
  readonly machine: Machine;
  /** The actor's number. */
  readonly actor: number;
  /** The address space in which the actor works. */
  readonly mm: number;
  readonly drivers: Drivers;
}

export type NotifierEvent =
  | "CLEAR"
  | "UNMAP"
  | "PROTECTION_VMA"
  | "PROTECTION_PAGE"
  | "SOFT_DIRTY"
  | "EXCLUSIVE"
  | "MIGRATE"
  | "RELEASE";

export interface InvalidateRange {
  readonly context: Context;
  readonly event: NotifierEvent;
  readonly mm: number;
  readonly first: number;
  readonly count: number;
  /** The device for which an EXCLUSIVE or MIGRATE event is sent. Its driver may ignore the event. */
  readonly owner?: number | undefined;
}

/** An access of an engine that finds no translation. */
export interface DeviceFault {
  readonly context: Context;
  readonly engine: number;
  readonly device: number;
  readonly va: number;
}

/** A CPU's fault on a page in the memory of a device. */
export interface RamFault {
  readonly context: Context;
  readonly device: number;
  readonly va: number;
  /** The page, as the fault read it from the entry. */
  readonly page: Expr;
}

/** invalidate_start() and invalidate_finish() of an interval notifier. */
export interface NotifierPasses {
  /** Takes the range from the device, or begins to. Whether `finish` has to end it, after the first passes of all notifiers. */
  readonly start: (k: Recorder, range: InvalidateRange, device: number) => Expr;
  readonly finish: (k: Recorder, range: InvalidateRange, device: number) => void;
}

/** What a driver registers with the kernel and with its device. */
export interface Driver {
  /** Gives the device exclusive access to the page; false if it cannot. */
  readonly answerAtomic: Procedure<DeviceFault>;
  /** Maps the page for a load or a store; false if it cannot. */
  readonly answerAccess: Procedure<DeviceFault & { readonly write: boolean }>;
  /** Moves the page to the device's memory and maps it on the device, if nothing prevents it. */
  readonly migrateToDevice: Procedure<DeviceFault>;
  /** migrate_to_ram() of its pages: false if there is no memory. The mmap lock is held. */
  readonly migrateToRam: Procedure<RamFault>;
  /** Moves a page from the device's memory to memory that CPUs can access, because the driver needs the place. */
  readonly evict: Procedure<DeviceFault>;
  /** The notifier that takes a range from the device. */
  readonly invalidate: (k: Recorder, range: InvalidateRange, device: number) => void;
  /** An interval notifier in two passes, instead of `invalidate`. */
  readonly passes?: NotifierPasses;
}

export type Drivers = Readonly<Record<DriverName, Driver>>;

/** The value that the actor writes into a lock that it takes. */
export function ownerValue({ actor }: Context): number {
  return actor + 1;
}

/** An operation on a whole VMA. */
export interface VmaOperation {
  readonly context: Context;
  readonly vma: Vma;
}

/** An operation on `count` virtual pages from `first` on, all of one VMA. */
export interface RangeOperation {
  readonly context: Context;
  readonly vma: Vma;
  readonly first: number;
  readonly count: number;
}
