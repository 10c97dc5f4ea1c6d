/** What runs both on a real kernel and in the model: operations, one after the other. */
import type { OperationCall, Scenario } from "../src/model/scenario/scenario.ts";

/** One operation, and the actor (a thread of a process, or an engine of a device) that runs it. */
export interface LabStep {
  readonly actor: string;
  readonly call: OperationCall;
}

/** A program of one actor at a time: each step ends before the next begins. */
export interface LabProgram {
  readonly setup: LabSetup;
  readonly steps: readonly LabStep[];
}

/**
 * The processes, memory areas and devices of a program. Every actor of `scenario` lists all operations that a program may
 * give it; a program runs some of them in any order.
 */
export interface LabSetup {
  readonly name: string;
  readonly scenario: Scenario;
  /**
   * What MADV_PAGEOUT is asked for by `reclaim`: the page that the step names, or all of its VMA, so that a large folio is
   * swapped out as a whole.
   */
  readonly pagesOut: "page" | "vma";
}
