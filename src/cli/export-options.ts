import { type Command, Option } from "commander";
import type { FeatureName, KernelVersion } from "../model/versions.ts";
import { featureName, kernelName, repeatable } from "./option-values.ts";

/** The options of an export, as parsed. */
export interface ExportOptions {
  readonly to: "promela";
  readonly kernel?: KernelVersion;
  readonly with?: readonly FeatureName[];
  readonly without?: readonly FeatureName[];
  readonly property?: readonly string[];
  /** Standard output, where no file is named. */
  readonly output?: string;
}

export function addExportOptions(command: Command): Command {
  return command
    .addOption(new Option("--to <language>", "the language").choices(["promela"]).makeOptionMandatory())
    .option("--kernel <version>", "under this kernel version", kernelName)
    .option("--with <feature>", "switch a feature on (repeatable)", repeatable(featureName))
    .option("--without <feature>", "switch a feature off (repeatable)", repeatable(featureName))
    .option(
      "--property <name>",
      "with this property only (repeatable)",
      repeatable((text) => text),
    )
    .option("-o, --output <file>", "write to this file, not to standard output");
}
