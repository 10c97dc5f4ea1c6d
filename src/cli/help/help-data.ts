/** The commands and options as data, for shell completion and the manual page. */
import type { Argument, Command, Option } from "commander";

export interface CommandHelp {
  /** Empty for the options and arguments of a check, which has no command name. */
  readonly name: string;
  readonly description: string;
  /** As in a usage line: `<spec...>`. */
  readonly arguments: readonly {
    readonly term: string;
    readonly description: string;
    /** The possible values. An argument without choices takes files. */
    readonly choices: readonly string[];
  }[];
  readonly options: readonly OptionHelp[];
}

export interface OptionHelp {
  /** `-o, --output <file>` */
  readonly flags: string;
  /** `--output` and `-o` */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Whether the value is the name of a file or a folder. */
  readonly takesFile: boolean;
  /** The possible values, if they are few. */
  readonly choices: readonly string[];
}

/** `choicesFor`: values that Commander does not know, by option (`--kernel`) or by the argument's name. */
export function helpOf(
  program: Command,
  choicesFor: Readonly<Record<string, readonly string[]>>,
): readonly CommandHelp[] {
  const describe = (command: Command, name: string): CommandHelp => ({
    name,
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      term: termOf(argument),
      description: argument.description,
      choices: argument.argChoices ?? choicesFor[argument.name()] ?? [],
    })),
    options: command
      .createHelp()
      .visibleOptions(command)
      .map((option) => optionHelp(option, choicesFor)),
  });
  return [describe(program, ""), ...program.commands.map((command) => describe(command, command.name()))];
}

function termOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionHelp(option: Option, choicesFor: Readonly<Record<string, readonly string[]>>): OptionHelp {
  const { flags, description, argChoices, short, long } = option;
  return {
    flags,
    names: [long, short].filter((name) => name !== undefined && name !== null),
    description,
    takesValue: option.required || option.optional,
    takesFile: /<(?:file|folder)>/.test(flags),
    choices: argChoices ?? choicesFor[long ?? ""] ?? [],
  };
}
