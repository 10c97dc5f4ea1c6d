import type { Command } from "commander";
import type { ShardChoice } from "../../shards/shard.ts";
import { addChangeOptions, type ChangeOptions } from "./change-options.ts";
import { addColorOptions } from "./check-options.ts";
import { type KernelChoice, kernelChoice, positiveInteger, repeatable, workerCount } from "./option-values.ts";
import { addShardOption } from "./shard-option.ts";

/** The options of a review, as parsed. */
export interface ReviewOptions extends ChangeOptions {
  readonly kernel?: readonly KernelChoice[];
  readonly base?: KernelChoice;
  readonly maxStates: number;
  readonly shard?: ShardChoice;
  readonly workers?: number;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The most states of a scenario that a review explores, if nothing else is said. */
const statesToExplore = 500_000;

export function addReviewOptions(command: Command): Command {
  return addColorOptions(
    addShardOption(addChangeOptions(command), [])
      .option("--kernel <version>", "review this kernel version only (repeatable)", repeatable(kernelChoice))
      .option("--base <version>", "compare the version of --kernel with this one", kernelChoice)
      .option("--max-states <n>", "explore at most this many states of a scenario", positiveInteger, statesToExplore)
      .option("--workers <n>", "scenarios to review at once (default: as many as there are CPUs)", workerCount)
      .option("--out <folder>", "where traces, and the results without the change, are kept", "out")
      .option("--json", "print one JSON document")
      .option("--quiet", "print only what turned bad"),
  );
}
