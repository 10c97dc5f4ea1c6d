import type { Command } from "commander";
import { addColorOptions } from "./check-options.ts";
import { addOneCheckOptions, type OneCheckOptions } from "./one-check-options.ts";

/** The choices of a check are for a scenario only. */
export interface ReplayOptions extends OneCheckOptions {
  readonly interactive?: boolean;
  readonly quiet?: boolean;
  readonly full?: boolean;
  readonly color?: boolean;
}

export function addReplayOptions(command: Command): Command {
  return addColorOptions(
    addOneCheckOptions(
      command
        .option("-i, --interactive", "go step by step and try other steps by hand (default: on a terminal)")
        .option("--no-interactive", "print all steps")
        .option("--quiet", "print only whether the trace is reproduced")
        .option("--full", "print every step, and every variable that it changes"),
    ),
  );
}
