/**
 * The command line: it defines the commands, and it is the one place where errors become text and an exit code. The code
 * of a command is loaded only when the command runs, so that help, version and usage errors appear at once.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { isLimit, reasonOf } from "../files/system-errors.ts";
import { typedCommand } from "../text/typed-command.ts";
import { addHelpCommands } from "./help-commands.ts";
import { addCheckOptions, type CheckOptions } from "./options/check-options.ts";
import { addConvertOptions, type ConvertOptions } from "./options/convert-options.ts";
import { addExportOptions, type ExportOptions } from "./options/export-options.ts";
import { addListOptions, type ListName, type ListOptions } from "./options/list-options.ts";
import { addMergeOptions, type MergeOptions } from "./options/merge-options.ts";
import { addPlaygroundOptions, type PlaygroundOptions } from "./options/playground-options.ts";
import { addReplayOptions, type ReplayOptions } from "./options/replay-options.ts";
import { addReviewOptions, type ReviewOptions } from "./options/review-options.ts";
import { addSimulateOptions, type SimulateOptions } from "./options/simulate-options.ts";
import { addWhyOptions, type WhyOptions } from "./options/why-options.ts";
import { withSafeOutputs } from "./output/safe-output.ts";
import { type ExitCode, exitCodeHelp, exitCodes } from "./surroundings/exit-code.ts";
import type { Host, Surroundings } from "./surroundings/surroundings.ts";

// The same relative path from src/cli and from dist/cli.
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
  readonly description: string;
};

const beginnersHint = `  hint: \`${typedCommand("init my-race.json")}\` writes a scenario to begin with; \`${typedCommand("help")}\` shows all commands
`;

/** If a command is named, its own help says what it takes. */
function missingHint([command = ""]: readonly string[]): string {
  if (command === "check" || command.startsWith("-")) return beginnersHint;
  return `  hint: \`${typedCommand(`help ${command}`)}\` says what it takes\n`;
}

/** Runs one command to its end and returns its exit code. `args` are the arguments after the program's name. */
export async function runCommandLine(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  const surroundings = withSafeOutputs(around);
  if (args.length === 0) {
    surroundings.stderr.write(`error: name a scenario to check, or a folder of scenarios\n${beginnersHint}`);
    return exitCodes.usage;
  }
  let exitCode: ExitCode = exitCodes.asExpected;
  const program = defineCommands(surroundings, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its own errors already. Help and version arrive as errors too.
    if (error instanceof CommanderError) {
      if (error.code === "commander.missingArgument") surroundings.stderr.write(missingHint(args));
      return error.exitCode === 0 ? exitCodes.asExpected : exitCodes.usage;
    }
    if (isLimit(error)) {
      surroundings.stderr.write(
        `error: ${reasonOf(error)}\n  hint: --memory and --workers limit what a search uses; ulimit -a shows the limits\n`,
      );
      return exitCodes.usage;
    }
    // A part of the build is missing, perhaps the part that renders errors. The executable reports it.
    if ((error as NodeJS.ErrnoException | undefined)?.code === "ERR_MODULE_NOT_FOUND") throw error;
    // Loaded here on purpose: the build bundles this file with its imports, and the class must not exist twice.
    const { UserError } = await import("../diagnostics/user-error.ts");
    if (error instanceof UserError) {
      surroundings.stderr.write(`${error.message}\n`);
      return exitCodes.usage;
    }
    const { modelMistake } = await import("./model-mistake.ts");
    const mistake = modelMistake(error);
    if (mistake !== undefined) {
      surroundings.stderr.write(`${mistake}\n`);
      return exitCodes.internal;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    surroundings.stderr.write(
      `This is a bug in exclusive-check; please report it with the command and the scenario.\n${stack}\n`,
    );
    return exitCodes.internal;
  }
}

/** Every command with its arguments and options. `done` receives the exit code of the command that runs. */
export function defineCommands(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command("exclusive-check")
    .description(manifest.description)
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(inOurForm(text)),
    })
    // Options before a command's name belong to a check, options after it to the command.
    .enablePositionalOptions();
  const names = () => program.commands.map((command) => command.name());
  const host = async (): Promise<Host> => ({ ...surroundings, ...(await surroundings.loadModel()) });

  addCheckOptions(program)
    .argument("<spec...>", "scenario files, or folders of them; the word check may come before them")
    .action(async (words: readonly string[], options: CheckOptions) => {
      const paths = withoutCheck(words);
      const context = { commands: ["check", ...names()], version: manifest.version };
      if (options.watch === true) {
        const { watchCommand } = await import("./commands/watch-command.ts");
        done(await watchCommand(paths, options, context, await host()));
      } else if (options.mpi === true) {
        const { checkWithMpi } = await import("./commands/check-with-mpi.ts");
        done(await checkWithMpi(paths, options, context, await host()));
      } else {
        const { checkCommand } = await import("./commands/check-command.ts");
        done(await checkCommand(paths, options, context, await host()));
      }
    });

  addReplayOptions(program.command("replay <file>"))
    .description("execute a trace again and compare everything that it records, or explore a scenario by hand")
    .action(async (path: string, options: ReplayOptions) => {
      const { replayCommand } = await import("./commands/replay-command.ts");
      done(await replayCommand(path, options, manifest.version, await host()));
    });

  addConvertOptions(program.command("convert <trace>"))
    .description("write a trace in another format, for people or for other tools")
    .action(async (path: string, options: ConvertOptions) => {
      const { convertCommand } = await import("./commands/convert-command.ts");
      done(convertCommand(path, options, surroundings));
    });

  addSimulateOptions(program.command("simulate <spec>"))
    .description("take random walks through a scenario; they can miss violations")
    .action(async (path: string, options: SimulateOptions) => {
      const { simulateCommand } = await import("./commands/simulate-command.ts");
      done(await simulateCommand(path, options, manifest.version, await host()));
    });

  addReviewOptions(program.command("review [specs...]"))
    .description(
      "say what a change of the kernel does to the verdicts of many scenarios (default: those of the package)",
    )
    .action(async (paths: readonly string[], options: ReviewOptions) => {
      const { reviewCommand } = await import("./commands/review-command.ts");
      done(await reviewCommand(paths, options, manifest.version, await host()));
    });

  addMergeOptions(program.command("merge <report...>"))
    .description("put the JSON reports of all parts (--shard) together: one matrix and one exit code")
    .action(async (paths: readonly string[], options: MergeOptions) => {
      const { mergeCommand } = await import("./commands/merge-command.ts");
      done(mergeCommand(paths, options, surroundings));
    });

  addWhyOptions(program.command("why <what> [specs...]"))
    .description(
      "say what each line of a procedure, of a step (PROCEDURE: STEP) or of a scenario is there for: remove it, and say what breaks (default: in the scenarios of the package)",
    )
    .action(async (what: string, paths: readonly string[], options: WhyOptions) => {
      const { whyCommand } = await import("./commands/why-command.ts");
      done(await whyCommand(what, paths, options, await host()));
    });

  addExportOptions(program.command("export <spec>"))
    .description("write a scenario in another checker's language, so that it can judge the same program")
    .action(async (path: string, options: ExportOptions) => {
      const { exportCommand } = await import("./commands/export-command.ts");
      done(await exportCommand(path, options, await host()));
    });

  addListOptions(program.command("list"))
    .description("list the kernels, features, properties, operations or procedures")
    .action(async (what: ListName, options: ListOptions) => {
      const { listCommand } = await import("./commands/list-command.ts");
      await listCommand(what, options, surroundings);
    });

  addPlaygroundOptions(program.command("playground [spec]"))
    .description(
      "serve the checker as a page for a browser of this machine, until Ctrl-C; with a scenario, the page opens it",
    )
    .action(async (path: string | undefined, options: PlaygroundOptions) => {
      const { playgroundCommand } = await import("./commands/playground-command.ts");
      done(await playgroundCommand(path, options, surroundings));
    });

  addHelpCommands(program, {
    stdout,
    host,
    done,
    async fromHelp(what) {
      const { completionOrManual } = await import("./help/completion-and-manual.ts");
      return completionOrManual(what, program, { version: manifest.version, examples: typedExamples() });
    },
  });
  return program.addHelpText("after", `\nExamples:\n${exampleLines()}\n\n${exitCodeHelp}`);
}

/** An error of Commander in the form of all other errors. */
function inOurForm(text: string): string {
  return text
    .replace(/^error: command-argument value /, "error: the value ")
    .replace(/\n\(Did you mean (.*)\?\)\n$/, "\n  hint: did you mean $1?\n");
}

/** Other programs have a command for this. A folder named `check` can still be checked. */
function withoutCheck(words: readonly string[]): readonly string[] {
  const [first, ...others] = words;
  return first === "check" && others.length > 0 ? others : words;
}

/** The arguments of example commands, and what each command does. */
const examples = [
  ["specs/fork-race.json", "every kernel that the file names"],
  ["specs/fork-race.json --kernel v6.4", "this one only"],
  ["specs/fork-race.json --without restore-notifies", "what does this line protect against?"],
  ["specs", "all scenarios of a folder, with a matrix"],
  ["replay out/fork-race-v8-no-deadlock.trace.json", "the steps of a trace"],
  ["convert --to mermaid out/fork-race-v8-no-deadlock.trace.json", "a diagram of it"],
  ["simulate specs/fork-race.json --kernel v8 --seed 7", "random walks"],
  ["export specs/fork-race.json --to promela --kernel v6.4 -o fork-race.pml", "for SPIN"],
  ["explain fork", "what an operation does, step by step"],
  ["explain remove_device_exclusive_entry", "the steps that --edit can change"],
  ["why remove_device_exclusive_entry", "what each line of it is there for"],
  ["init my-race.json", "a scenario to begin with"],
  ["playground specs/fork-race.json", "all this in a browser"],
] as const;

function exampleLines(): string {
  return typedExamples()
    .map(([command, meaning]) =>
      command.length <= 51 ? `  ${command.padEnd(53)}${meaning}` : `  ${command}\n${" ".repeat(55)}${meaning}`,
    )
    .join("\n");
}

function typedExamples(): readonly (readonly [command: string, meaning: string])[] {
  return examples.map(([words, meaning]) => [typedCommand(words), meaning]);
}
