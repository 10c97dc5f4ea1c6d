/** `exclusive-check help [command]` */
import type { Command } from "commander";
import { usageError } from "../../diagnostics/usage-error.ts";
import { didYouMean } from "../../text/did-you-mean.ts";

/** Prints what `--help` prints. A check has no command name, but `help check` is understood. */
export function helpCommand(name: string | undefined, program: Command): void {
  const command =
    name === undefined || name === "check" ? program : program.commands.find((one) => one.name() === name);
  if (command === undefined) throw unknown(name ?? "", program);
  command.outputHelp();
}

function unknown(name: string, program: Command): Error {
  const names = ["check", ...program.commands.map((command) => command.name())];
  const meant = didYouMean(name, names);
  return usageError(
    `there is no command ${JSON.stringify(name)}`,
    meant === undefined ? `the commands are ${names.join(", ")}` : `did you mean \`${meant}\`?`,
  );
}
