import type { Machine, Vma } from "./machine.ts";

/** Which actor runs a procedure, and on which machine. */
export interface Context {
  readonly machine: Machine;
  /** The actor's number. */
  readonly actor: number;
  /** The address space in which the actor works. */
  readonly mm: number;
}

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
