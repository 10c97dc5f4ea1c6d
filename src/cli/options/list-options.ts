import { Argument, type Command } from "commander";
import { listName } from "./option-values.ts";

export const listNames = ["kernels", "features", "properties", "operations", "procedures"] as const;

/** What can be listed. */
export type ListName = (typeof listNames)[number];

export interface ListOptions {
  readonly json?: boolean;
}

export function addListOptions(command: Command): Command {
  return command
    .addArgument(new Argument("<what>", `what to list: ${listNames.join(", ")}`).argParser(listName(listNames)))
    .option("--json", "print a JSON list");
}
