import type { ChalkInstance } from "chalk";
import type { SearchProgress } from "../checker/contract/search-types.ts";
import type { FileKind } from "../files/file-kind.ts";
import type { Trace } from "../trace/format.ts";
import type { ReporterName } from "./names.ts";
import type { CheckResult, CheckStart, Report } from "./report.ts";

/** Turns results into text; where the text goes is not its business. */
export interface Reporter {
  /** Text to write when a search begins. */
  readonly onStart?: (check: CheckStart) => string;
  /** Text to write from time to time while it goes on. */
  readonly onProgress?: (check: CheckStart, progress: SearchProgress) => string;
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
  /** All that is known of each step of a counterexample. */
  readonly full?: boolean;
  /** More than one scenario is checked. */
  readonly several: boolean;
}

/** Writes reports of runs, or files of one trace each, or both. */
export type ReporterEntry = RunReporterEntry | TraceReporterEntry;

interface NamedReporter {
  readonly name: ReporterName;
  readonly sentence: string;
  /** Of what it writes. */
  readonly kind: FileKind;
}

interface RunReporterEntry extends NamedReporter {
  readonly open: (options: ReporterOptions) => Reporter;
  /** Its text is of use before it is whole. */
  readonly asItComes?: boolean;
  /** Without a file of its own it writes one beside each trace, and leaves standard output to others. */
  readonly besideTraces?: BesideTraces;
  /** What `convert` makes of a trace. */
  readonly ofTrace?: (trace: Trace) => string;
}

/** With a file of its own it writes the first trace there, and further ones into numbered files next to it. */
interface TraceReporterEntry extends NamedReporter {
  readonly open?: undefined;
  readonly besideTraces: BesideTraces;
  readonly ofTrace?: undefined;
}

export interface BesideTraces {
  /** What the files end with, instead of `.trace.json`. */
  readonly extension: string;
  readonly render: (trace: Trace) => string;
}
