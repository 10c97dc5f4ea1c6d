import type { Command } from "commander";
import { addColorOptions } from "./check-options.ts";
import { type KernelChoice, kernelChoice, positiveInteger, repeatable, workerCount } from "./option-values.ts";

/** The options of `why`, as parsed. */
export interface WhyOptions {
  readonly kernel?: readonly KernelChoice[];
  readonly maxStates?: number;
  readonly workers?: number;
  readonly out: string;
  readonly json?: boolean;
}

export function addWhyOptions(command: Command): Command {
  return addColorOptions(
    command
      .option("--kernel <version>", "answer for this kernel version only (repeatable)", repeatable(kernelChoice))
      .option(
        "--max-states <n>",
        "leave out scenarios with more states (default: 10000, or 2000000 if a scenario is named)",
        positiveInteger,
      )
      .option("--workers <n>", "scenarios to search at once (default: as many as there are CPUs)", workerCount)
      .option("--out <folder>", "where the results of unchanged scenarios are kept", "out")
      .option("--json", "print one JSON document"),
  );
}
