import type { ChalkInstance } from "chalk";
import type { SearchProgress } from "../checker/contract/search-types.ts";
import type { FileKind } from "../files/file-kind.ts";
import type { Trace } from "../trace/format.ts";
import type { ReporterName } from "./names.ts";
import type { CheckResult, CheckStart, Report } from "./report.ts";

/** Turns results into text. It does not know where the text goes. */
export interface Reporter {
  /** Text to write when a search begins. */
  readonly onStart?: (check: CheckStart) => string;
  /** Text to write from time to time during the search. */
  readonly onProgress?: (check: CheckStart, progress: SearchProgress) => string;
  /** Text to write as soon as a result is known. */
  readonly onResult: (result: CheckResult) => string;
  /** Text to write when all results are known. */
  readonly onEnd: (report: Report) => string;
}

export interface ReporterOptions {
  /** The colours that the stream or file can show. */
  readonly colors: ChalkInstance;
  /** Verdicts only. */
  readonly quiet: boolean;
  /** Show every counterexample step by step, and all statistics. */
  readonly full?: boolean;
  /** More than one scenario is checked. */
  readonly several: boolean;
  /** False: the reader cannot give commands and options, because a page shows the text. By default true. */
  readonly commands?: boolean;
}

/** Writes reports of runs, files with one trace each, or both. */
export type ReporterEntry = RunReporterEntry | TraceReporterEntry;

interface NamedReporter {
  readonly name: ReporterName;
  readonly sentence: string;
  /** Of what it writes. */
  readonly kind: FileKind;
}

export interface RunReporterEntry extends NamedReporter {
  readonly open: (options: ReporterOptions) => Reporter;
  /** The text is useful before it is complete. */
  readonly asItComes?: boolean;
  /** Without a file name, it writes a file beside each trace and does not use standard output. */
  readonly besideTraces?: BesideTraces;
  /** The text that `convert` makes from a trace. */
  readonly ofTrace?: (trace: Trace) => string;
}

/** With a file name, it writes the first trace there and further traces to numbered files beside it. */
interface TraceReporterEntry extends NamedReporter {
  readonly open?: undefined;
  readonly besideTraces: BesideTraces;
  readonly ofTrace?: undefined;
}

/** What writes one trace, for `convert`; undefined if the reporter writes none. */
export function traceRenderer({ ofTrace, besideTraces }: ReporterEntry): ((trace: Trace) => string) | undefined {
  return ofTrace ?? besideTraces?.render;
}

export interface BesideTraces {
  /** The ending of the files, instead of `.trace.json`. */
  readonly extension: string;
  readonly render: (trace: Trace) => string;
}
