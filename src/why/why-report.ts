import type { KernelVersion } from "../model/versions/rows.ts";

/** Answers for programs: what `why --json` writes. */
export interface WhyReport {
  readonly version: 1;
  readonly lines: readonly WhyLine[];
}

/** What one line is there for on one kernel. */
export interface WhyLine {
  readonly procedure: string;
  /** Null for calls of the notifier, which are between steps. */
  readonly step: string | null;
  readonly effect: string;
  readonly kernel: KernelVersion;
  /** The number of scenarios that were tried without the line. */
  readonly tried: number;
  /** Of these, the ones whose search reached its limit and found nothing. */
  readonly unfinished: number;
  /** Null if no scenario breaks without the line. */
  readonly needed: {
    /** Its file. */
    readonly scenario: string;
    /** Properties, each with the length of its shortest counterexample if there is one. */
    readonly breaks: readonly { readonly name: string; readonly steps: number | null }[];
    readonly edits: readonly string[];
    readonly command: string;
  } | null;
}
