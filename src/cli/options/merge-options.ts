import type { Command } from "commander";
import { addReportOptions, type ReportOptions } from "./check-options.ts";

/** The options of `merge`, as parsed. */
export type MergeOptions = ReportOptions;

export function addMergeOptions(command: Command): Command {
  return addReportOptions(command);
}
