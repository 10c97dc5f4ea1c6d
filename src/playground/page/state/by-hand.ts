/** An exploration by hand. */
import type { ExplorationPath, NextStep, TraceFile } from "../../protocol.ts";

export interface ByHand {
  readonly path: ExplorationPath;
  /** Of the whole path. */
  readonly trace: TraceFile;
  /** Where the reader is: how many steps of the path have been taken. */
  readonly step: number;
  /** What can be taken there; as long as the engine is asked, what could be taken before. */
  readonly next: readonly NextStep[];
  readonly isAsking: boolean;
  /** The steps of the trace from which the path was left; undefined if it began at the start. */
  readonly recorded: readonly number[] | undefined;
  /** What `undo` returns to, the latest last. */
  readonly before: readonly Pick<ByHand, "path" | "trace" | "step">[];
}

/** Whether a step that can be taken is the next one of the trace. */
export function isRecorded({ path, step, recorded }: ByHand, number: number): boolean {
  if (recorded === undefined || recorded[step] !== number) return false;
  return path.steps.slice(0, step).every((taken, position) => taken === recorded[position]);
}

/** Whether it is the next one of the path. */
export function isOnPath({ path, step }: ByHand, number: number): boolean {
  return path.steps[step] === number;
}
