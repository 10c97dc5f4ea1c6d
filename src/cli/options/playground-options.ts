import type { Command } from "commander";
import { portNumber } from "./option-values.ts";

/** The options of `playground`, as parsed. */
export interface PlaygroundOptions {
  /** Undefined: the system chooses a free one. */
  readonly port?: number;
}

export function addPlaygroundOptions(command: Command): Command {
  return command.option("--port <n>", "serve on this port (default: a free one)", portNumber);
}
