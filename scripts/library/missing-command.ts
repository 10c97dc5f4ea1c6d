import { spawnSync } from "node:child_process";

/** A command, and an argument with which it only answers. */
export type Command = readonly [name: string, flag: string];

/** What is not installed, and how to install it on Debian; undefined if all these commands can run. */
export function missingCommand(commands: readonly Command[], packages: string): string | undefined {
  for (const [name, flag] of commands)
    if (spawnSync(name, [flag]).status !== 0)
      return `${name} is not installed (on Debian: apt-get install ${packages})`;
  return undefined;
}
