import type { ChalkInstance } from "chalk";
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
}
