import type { Command } from "commander";
import type { FeatureName } from "../../model/features/catalogue.ts";
import { editHelp } from "./check-options.ts";
import { featureName, type KernelChoice, kernelChoice, repeatable } from "./option-values.ts";

/** Which of a scenario's kernels to use, and with which changes. */
export interface OneCheckOptions {
  readonly kernel?: KernelChoice;
  readonly with?: readonly FeatureName[];
  readonly without?: readonly FeatureName[];
  /** Edits, and files of edits. */
  readonly edit?: readonly string[];
  readonly property?: readonly string[];
}

export function addOneCheckOptions(command: Command): Command {
  return command
    .option("--kernel <version>", "use this kernel version", kernelChoice)
    .option("--with <feature>", "switch a feature on (repeatable)", repeatable(featureName))
    .option("--without <feature>", "switch a feature off (repeatable)", repeatable(featureName))
    .option(
      "--edit <edit>",
      editHelp,
      repeatable((text) => text),
    )
    .option(
      "--property <name>",
      "use only this property; -<name> uses all but this one (repeatable)",
      repeatable((text) => text),
    );
}
