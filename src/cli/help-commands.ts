/** The commands that help to write scenarios and to look things up. */
import { Argument, type Command } from "commander";
import { typedCommand } from "../text/typed-command.ts";
import { type Shell, shells } from "./help/completion.ts";
import type { CoverageOptions, ExplainOptions, GraphOptions } from "./options/help-options.ts";
import { addOneCheckOptions } from "./options/one-check-options.ts";
import { kernelChoice, listName, positiveInteger } from "./options/option-values.ts";
import type { ExitCode } from "./surroundings/exit-code.ts";
import type { Host, Output } from "./surroundings/surroundings.ts";

/** A drawing with more nodes is hard to read. */
const nodesToDraw = 200;

export interface Runner {
  readonly stdout: Output;
  readonly host: () => Promise<Host>;
  readonly done: (code: ExitCode) => void;
  /** Returns the script or the page that is made from the help of all commands. */
  readonly fromHelp: (what: Shell | "man") => Promise<string>;
}

export function addHelpCommands(program: Command, { stdout, host, done, fromHelp }: Runner): void {
  program
    .command("init [file]")
    .description("write a small scenario with comments, as a starting point")
    .action(async (file: string | undefined) => {
      const { initCommand } = await import("./commands/init-command.ts");
      initCommand(file ?? "scenario.json", stdout);
    });

  program
    .command("explain <name>")
    .description("explain a property, an operation, a procedure or a feature, with its steps")
    .option(
      "--kernel <version>",
      "show the steps of this kernel version (default: the newest for an operation, all for a procedure)",
      kernelChoice,
    )
    .action(async (name: string, options: ExplainOptions) => {
      const { explainCommand } = await import("./commands/explain-command.ts");
      explainCommand(name, options, await host());
    });

  addOneCheckOptions(program.command("graph <spec>"))
    .description("draw the states and steps of a small scenario, for Graphviz")
    .option("--max-states <n>", "draw at most this many states", positiveInteger, nodesToDraw)
    .option("-o, --output <file>", "write to this file instead of standard output")
    .action(async (path: string, options: GraphOptions) => {
      const { graphCommand } = await import("./commands/graph-command.ts");
      done(await graphCommand(path, options, await host()));
    });

  addOneCheckOptions(program.command("coverage <spec>"))
    .description("count how often the search took each step of each procedure")
    .option("--max-states <n>", "store at most about this many states", positiveInteger)
    .option("--json", "print a JSON list")
    .action(async (path: string, options: CoverageOptions) => {
      const { coverageCommand } = await import("./commands/coverage-command.ts");
      done(await coverageCommand(path, options, await host()));
    });

  program
    .command("help [command]")
    .description("print the help of a command, or this help")
    .action(async (name: string | undefined) => {
      const { helpCommand } = await import("./commands/help-command.ts");
      helpCommand(name, program);
    });

  program
    .command("completion")
    .description("print a script that teaches a shell to complete this command line")
    .addArgument(new Argument("<shell>", `the shell: ${shells.join(", ")}`).argParser(listName(shells)))
    .action(async (shell: Shell) => {
      stdout.write(await fromHelp(shell));
    });

  program
    .command("man")
    .description(`print the manual page: ${typedCommand("man | man -l -")}`)
    .action(async () => {
      stdout.write(await fromHelp("man"));
    });
}
