import type { Command } from "commander";
import { addChangeOptions } from "./change-options.ts";
import type { CheckOptions } from "./check-options.ts";
import { addColorOptions } from "./check-options.ts";
import {
  asTyped,
  byteSize,
  duration,
  kernelChoice,
  naturalNumber,
  positiveInteger,
  repeatable,
  workerCount,
} from "./option-values.ts";

/** The options of a simulation, as parsed. */
export interface SimulateOptions
  extends Pick<
    CheckOptions,
    | "kernel"
    | "with"
    | "without"
    | "edit"
    | "property"
    | "depth"
    | "maxStates"
    | "memory"
    | "workers"
    | "timeout"
    | "allViolations"
    | "out"
    | "json"
    | "quiet"
    | "full"
    | "color"
  > {
  readonly seed: number;
  readonly walks?: number;
}

export function addSimulateOptions(command: Command): Command {
  return addColorOptions(
    addChangeOptions(
      command.option("--kernel <version>", "use this kernel version only (repeatable)", repeatable(kernelChoice)),
    )
      .option(
        "--property <name>",
        "check only this property; -<name> checks all but this one (repeatable)",
        repeatable((text) => text),
      )
      .option("--seed <n>", "the same seed gives the same walks", naturalNumber, 1)
      .option("--walks <n>", "take this many walks (default: 10000, or until the --timeout)", positiveInteger)
      .option("--depth <n>", "take at most this many steps in a walk (default: 10000)", positiveInteger)
      .option("--timeout <time>", "walk for at most this long, such as 10m", asTyped(duration))
      .option("--all-violations", "go on after a violation, to find one for every property")
      .option(
        "--max-states <n>",
        "look for a shorter path among about this many states (default: 2000000)",
        positiveInteger,
      )
      .option("--memory <size>", "look for a shorter path in at most this much memory, such as 4GiB", asTyped(byteSize))
      .option("--workers <n>", "threads that look for a shorter path (default: one for each CPU)", workerCount)
      .option("--out <folder>", "where traces are written", "out")
      .option("--json", "print one JSON document")
      .option("--quiet", "print verdicts only")
      .option("--full", "print every counterexample step by step"),
  );
}
