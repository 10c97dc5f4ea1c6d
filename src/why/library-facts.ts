/**
 * What the last `npm run mutants` found about the scenarios of the package. It only saves time, and says what `explain`
 * shows: which scenarios come to a procedure, how large they are, and which of them noticed that a line was missing.
 */
import type { KernelVersion } from "../model/versions/rows.ts";

export interface RunFacts {
  /** The name of its file in `specs/`, without `.json`. */
  readonly scenario: string;
  readonly kernel: KernelVersion;
  readonly states: number;
}

/** A scenario under one kernel that notices that a line is missing. */
export interface Noticed {
  readonly scenario: string;
  readonly kernel: KernelVersion;
  /** Properties, and `never: NAME` for a `sometimes`, that only the scenario without the line violates. */
  readonly breaks: readonly string[];
}

export interface LibraryFacts {
  /** The smallest first. Those with more states than `npm run mutants` explores are missing. */
  readonly runs: readonly RunFacts[];
  /** By procedure: the positions of the runs that come to a line of it. */
  readonly reaches: Readonly<Record<string, readonly number[]>>;
  /** By the name of the line (line.ts). */
  readonly lines: Readonly<Record<string, Noticed>>;
}
