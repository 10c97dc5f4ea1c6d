import { type Command, Option } from "commander";
import { type TraceFormat, traceFormats } from "../../reporters/names.ts";
import { listName } from "./option-values.ts";

/** The options of `convert`, as parsed. */
export interface ConvertOptions {
  readonly to: TraceFormat;
  /** Undefined for standard output. */
  readonly output?: string;
}

export function addConvertOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--to <format>", "the format")
        .choices(traceFormats)
        .argParser(listName(traceFormats))
        .makeOptionMandatory(),
    )
    .option("-o, --output <file>", "write to this file instead of standard output");
}
