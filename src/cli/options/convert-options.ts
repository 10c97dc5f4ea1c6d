import { type Command, Option } from "commander";

/** Those of the reporters that can write one trace. */
export const traceFormats = ["markdown", "html", "mermaid", "itf"] as const;

/** The options of `convert`, as parsed. */
export interface ConvertOptions {
  readonly to: (typeof traceFormats)[number];
  /** Standard output, where no file is named. */
  readonly output?: string;
}

export function addConvertOptions(command: Command): Command {
  return command
    .addOption(new Option("--to <format>", "the format").choices(traceFormats).makeOptionMandatory())
    .option("-o, --output <file>", "write to this file, not to standard output");
}
