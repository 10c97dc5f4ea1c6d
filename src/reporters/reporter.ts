import type { ChalkInstance } from "chalk";
import type { Trace } from "../trace/format.ts";
import type { CheckResult, Report } from "./report.ts";

/** Turns results into text; where the text goes is not its business. */
export interface Reporter {
  /** Text to write as soon as a result is known. */
  readonly onResult: (result: CheckResult) => string;
  /** Text to write when all results are known. */
  readonly onEnd: (report: Report) => string;
}

export interface ReporterOptions {
  /** Colours as far as the stream or file has them. */
  readonly colors: ChalkInstance;
  /** Verdicts only. */
  readonly quiet: boolean;
  /** More than one scenario is checked. */
  readonly several: boolean;
}

export interface ReporterEntry {
  readonly name: string;
  readonly sentence: string;
  readonly open: (options: ReporterOptions) => Reporter;
  /** Without a file of its own it writes one beside each trace, and leaves standard output to others. */
  readonly besideTraces?: BesideTraces;
}

export interface BesideTraces {
  /** What the files end with, instead of `.trace.json`. */
  readonly extension: string;
  readonly render: (trace: Trace) => string;
}
