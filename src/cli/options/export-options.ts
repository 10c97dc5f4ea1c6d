import { type Command, Option } from "commander";
import { addOneCheckOptions, type OneCheckOptions } from "./one-check-options.ts";

/** The options of an export, as parsed. */
export interface ExportOptions extends OneCheckOptions {
  readonly to: "promela";
  /** Undefined for standard output. */
  readonly output?: string;
}

export function addExportOptions(command: Command): Command {
  command.addOption(new Option("--to <language>", "the language").choices(["promela"]).makeOptionMandatory());
  return addOneCheckOptions(command).option("-o, --output <file>", "write to this file instead of standard output");
}
