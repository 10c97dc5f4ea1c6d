/** The options that say how the model differs from the kernel. */
import type { Command } from "commander";
import type { FeatureName } from "../../model/features/catalogue.ts";
import { featureName, repeatable } from "./option-values.ts";

export interface ChangeOptions {
  readonly with?: readonly FeatureName[];
  readonly without?: readonly FeatureName[];
  /** Edits, and files of edits. */
  readonly edit?: readonly string[];
}

export function addChangeOptions(command: Command): Command {
  return command
    .option("--with <feature>", "switch a feature on (repeatable)", repeatable(featureName))
    .option("--without <feature>", "switch a feature off (repeatable)", repeatable(featureName))
    .option(
      "--edit <edit>",
      "change a procedure of the model: an edit such as 'drop PROCEDURE: STEP', or a file with one on each line (repeatable)",
      // An edit applies to what the edits before it left: to swap two steps twice is not to swap them once.
      (text: string, before: readonly string[] = []) => [...before, text],
    );
}
