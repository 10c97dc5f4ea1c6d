import type { Command } from "commander";
import { addChangeOptions, type ChangeOptions } from "./change-options.ts";
import { type KernelChoice, kernelChoice, repeatable } from "./option-values.ts";

/** Which of a scenario's kernels to use, and with which changes. */
export interface OneCheckOptions extends ChangeOptions {
  readonly kernel?: KernelChoice;
  readonly property?: readonly string[];
}

export function addOneCheckOptions(command: Command): Command {
  return addChangeOptions(command.option("--kernel <version>", "use this kernel version", kernelChoice)).option(
    "--property <name>",
    "use only this property; -<name> uses all but this one (repeatable)",
    repeatable((text) => text),
  );
}
