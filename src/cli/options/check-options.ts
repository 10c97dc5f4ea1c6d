import { type Command, Option } from "commander";
import { type StoreName, storeNames } from "../../memory/memory-plan.ts";
import { reporterNames } from "../../reporters/names.ts";
import type { ShardChoice } from "../../shards/shard.ts";
import { addChangeOptions, type ChangeOptions } from "./change-options.ts";
import {
  asTyped,
  byteSize,
  duration,
  interval,
  type KernelChoice,
  kernelChoice,
  listName,
  positiveInteger,
  type Quantity,
  repeatable,
  workerCount,
} from "./option-values.ts";
import { addShardOption } from "./shard-option.ts";

/** The options that say how results are shown. */
export interface ReportOptions {
  readonly reporter?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly full?: boolean;
  readonly color?: boolean;
}

/** The options of a check, as parsed. */
export interface CheckOptions extends ChangeOptions, ReportOptions {
  readonly kernel?: readonly KernelChoice[];
  /** Also those files of a folder that do not name the kernel. */
  readonly allFiles?: boolean;
  readonly property?: readonly string[];
  readonly workers?: number;
  readonly depth?: number;
  readonly maxStates?: number;
  readonly memory?: Quantity;
  readonly store?: StoreName;
  readonly spillDir?: string;
  readonly timeout?: Quantity;
  readonly allViolations?: boolean;
  readonly traces?: number;
  readonly witness?: boolean;
  /** False for --no-symmetry. */
  readonly symmetry?: boolean;
  readonly paranoid?: boolean;
  readonly checkpoint?: string;
  /** Milliseconds. */
  readonly checkpointEvery?: number;
  readonly resume?: string;
  readonly shard?: ShardChoice;
  readonly watch?: boolean;
  readonly mpi?: boolean;
  readonly out: string;
}

const asIs = (text: string): string => text;

export function addCheckOptions(command: Command): Command {
  const chosen = addShardOption(
    addChangeOptions(
      command.option(
        "--kernel <version>",
        "check only this kernel version, such as v6.4 (`list kernels` lists them), or a release such as v6.12 (repeatable)",
        repeatable(kernelChoice),
      ),
    )
      .option("--all-files", "with --kernel: also check those files of a folder that do not name this version")
      .option(
        "--property <name>",
        "check only this property; -<name> checks all but this one (repeatable)",
        repeatable(asIs),
      ),
    ["watch"],
  );
  return addReportOptions(
    chosen
      .option("--workers <n>", "threads that search (default: one for each CPU)", workerCount)
      .option("--depth <n>", "explore paths of at most this many steps", positiveInteger)
      .option("--max-states <n>", "store at most about this many states", positiveInteger)
      .option("--memory <size>", "use at most this much memory for states, such as 4GiB", asTyped(byteSize))
      .option(
        "--store <kind>",
        "how to remember states: exact, tree, fingerprint, bitstate (default: exact; tree if that fills the memory)",
        listName(storeNames),
      )
      .option("--spill-dir <folder>", "where tree, fingerprint and bitstate put states that they do not keep in memory")
      .option("--timeout <time>", "search for at most this long, such as 10m", asTyped(duration))
      .option("--no-symmetry", "turn off symmetry reduction")
      .option("--paranoid", "search again without symmetry reduction, and compare the results")
      .option("--all-violations", "go on after a violation, to find the shortest one for every property")
      .option("--traces <n>", "write this many different shortest counterexamples of each property", positiveInteger)
      .option("--witness", "write the shortest trace to a state that satisfies each `sometimes` condition")
      .option("--checkpoint <file>", "keep a file from which a stopped search can be resumed")
      .option("--checkpoint-every <time>", "the shortest time between two checkpoints (default: 1m)", interval)
      .option("--resume <file>", "resume from a checkpoint of the same search")
      .option("--out <folder>", "where traces are written", "out")
      .option("--watch", "check again whenever a scenario changes")
      .addOption(
        new Option("--mpi", "search together with the other processes that mpirun or srun has started").conflicts([
          "watch",
          "workers",
        ]),
      ),
  );
}

/** How results are shown. */
export function addReportOptions(command: Command): Command {
  return addColorOptions(
    command
      .option(
        "--reporter <name[:file]>",
        `how to report, and where (repeatable): ${reporterNames.join(", ")}`,
        repeatable(asIs),
      )
      .option("--json", "print one JSON document (the same as --reporter json)")
      .option("--quiet", "print verdicts only")
      .option("--full", "print every counterexample step by step, and all statistics"),
  );
}

export function addColorOptions(command: Command): Command {
  return command
    .option("--color", "use colours")
    .option("--no-color", "use no colours (default: colours on a terminal)");
}
