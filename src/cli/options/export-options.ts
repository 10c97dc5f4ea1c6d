import { type Command, Option } from "commander";
import { addOneCheckOptions, type OneCheckOptions } from "./one-check-options.ts";
import { listName } from "./option-values.ts";

const languages = ["promela"] as const;

/** The options of an export, as parsed. */
export interface ExportOptions extends OneCheckOptions {
  readonly to: (typeof languages)[number];
  /** Undefined for standard output. */
  readonly output?: string;
}

export function addExportOptions(command: Command): Command {
  command.addOption(
    new Option("--to <language>", "the language")
      .choices(languages)
      .argParser(listName(languages))
      .makeOptionMandatory(),
  );
  return addOneCheckOptions(command).option("-o, --output <file>", "write to this file instead of standard output");
}
