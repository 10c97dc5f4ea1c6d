import type { Machine, Vma } from "./machine.ts";

/** Who runs a procedure, and on what machine. */
export interface Context {
  readonly machine: Machine;
  /** The actor's number. */
  readonly actor: number;
  /** The address space in which it works. */
  readonly mm: number;
}

/** The value that the actor leaves in a lock it holds. */
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
