/** The command line: which commands there are, and the one place where errors become text and an exit code. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { UserError } from "../diagnostics/diagnostic.ts";
import { checkCommand } from "./check-command.ts";
import { addCheckOptions, addColorOptions, type CheckOptions } from "./check-options.ts";
import { type ExitCode, exitCodeHelp, exitCodes } from "./exit-code.ts";
import { addExportCommand } from "./export-command.ts";
import type { Host } from "./host.ts";
import { addListCommand } from "./list-command.ts";
import { type ReplayOptions, replayCommand } from "./replay-command.ts";
import { simulateCommand } from "./simulate-command.ts";
import { addSimulateOptions, type SimulateOptions } from "./simulate-options.ts";

// The same relative path from src/cli and from dist/cli.
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
  readonly description: string;
};

/** Runs one command to its end and gives its exit code. `args` are those after the program's name. */
export async function runCommandLine(args: readonly string[], host: Host): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.asExpected;
  const program = defineCommands(host, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its own errors, and help and versions come as errors too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.asExpected : exitCodes.usage;
    if (error instanceof UserError) {
      host.stderr.write(`${error.message}\n`);
      return exitCodes.usage;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    host.stderr.write(
      `This is a bug in exclusive-check; please report it with the command and the scenario.\n${stack}\n`,
    );
    return exitCodes.internal;
  }
}

function defineCommands(host: Host, done: (code: ExitCode) => void): Command {
  const program = new Command("exclusive-check")
    .description(manifest.description)
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
    })
    // The options of a check stand before a command's name; those after it are the command's own.
    .enablePositionalOptions();
  const names = () => program.commands.map((command) => command.name());

  addCheckOptions(program)
    .argument("<spec...>", "scenario files, or folders of them")
    .action(async (paths: readonly string[], options: CheckOptions) => {
      done(await checkCommand(paths, options, { commands: names(), version: manifest.version }, host));
    });

  addColorOptions(program.command("replay <trace>"))
    .description("execute a trace again, step by step, and compare everything that it records")
    .option("--quiet", "print only whether the trace is reproduced")
    .action(async (path: string, options: ReplayOptions) => done(await replayCommand(path, options, host)));

  addSimulateOptions(program.command("simulate <spec>"))
    .description("take random walks through a scenario; what they do not find may still be there")
    .action(async (path: string, options: SimulateOptions) =>
      done(await simulateCommand(path, options, manifest.version, host)),
    );

  addExportCommand(program, host, done);
  addListCommand(program, host);
  return program.addHelpText("after", `\n${examples}\n\n${exitCodeHelp}`);
}

const examples = `Examples:
  exclusive-check specs/fork-race.json                   every kernel that the file names
  exclusive-check specs/fork-race.json --kernel v6.4     this one only
  exclusive-check specs/fork-race.json --without restore-notifies
                                                         what if this line were missing?
  exclusive-check specs                                  all scenarios of a folder, with a matrix
  exclusive-check replay out/fork-race-v8-no-deadlock.trace.json
  exclusive-check simulate specs/fork-race.json --kernel v8 --seed 7
  exclusive-check export specs/fork-race.json --to promela --kernel v6.4 -o fork-race.pml
  exclusive-check list features`;
