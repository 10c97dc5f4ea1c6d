import type { Machine } from "./machine.ts";

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
