/** Completion scripts for shells, from the same data as `--help`. The shell itself completes file names. */
import type { CommandHelp, OptionHelp } from "./help-data.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export function completionScript(shell: Shell, commands: readonly CommandHelp[]): string {
  return { bash, zsh, fish }[shell](commands);
}

/** Whether a command takes files. */
function takesFiles({ arguments: taken }: CommandHelp): boolean {
  return taken.some(({ choices }) => choices.length === 0);
}

function choicesOf({ arguments: taken }: CommandHelp): readonly string[] {
  return taken.flatMap(({ choices }) => choices);
}

function bash(commands: readonly CommandHelp[]): string {
  const names = commands.flatMap(({ name }) => (name === "" ? [] : [name]));
  const cases = commands.map(
    (command) => `    ${command.name === "" ? '""' : command.name})
      case "$previous" in
${command.options.flatMap(bashValues).join("\n")}
      esac
      words=${quoted(command.options.flatMap((option) => option.names).join(" "))}
      values=${quoted([...(command.name === "" ? names : []), ...choicesOf(command)].join(" "))}
      files=${takesFiles(command) ? "yes" : '""'}
      ;;`,
  );
  return `# bash completion for exclusive-check: exclusive-check completion bash > /etc/bash_completion.d/exclusive-check
_exclusive_check() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="" word words="" values="" files=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      ${names.join("|")}) command="$word"; break ;;
    esac
  done
  COMPREPLY=()
  case "$command" in
${cases.join("\n")}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$values" -- "$current") $([[ -z "$files" ]] || compgen -f -- "$current"))
  fi
}
complete -o filenames -F _exclusive_check exclusive-check
`;
}

function bashValues({ names, takesValue, takesFile, choices }: OptionHelp): readonly string[] {
  if (!takesValue) return [];
  const words = choices.length === 0 ? [] : [`$(compgen -W ${quoted(choices.join(" "))} -- "$current")`];
  const files = takesFile ? ['$(compgen -f -- "$current")'] : [];
  return [`        ${names.join("|")}) COMPREPLY=(${[...words, ...files].join(" ")}); return ;;`];
}

/** The first word may be a command or an argument of a check. */
function zsh(commands: readonly CommandHelp[]): string {
  const named = commands.filter(({ name }) => name !== "");
  const described = named.map(({ name, description }) => quoted(`${name}:${description}`));
  const cases = commands.map((command) => {
    const first = command.name === "" ? [quoted("1: :_exclusive_check_first")] : [];
    const specs = [...command.options.flatMap(zshOptions), ...first, ...zshArguments(command)];
    return `    ${command.name === "" ? '""' : command.name})
      _arguments -s ${specs.join(" ")}
      ;;`;
  });
  return `#compdef exclusive-check
# zsh completion for exclusive-check: exclusive-check completion zsh > a folder of $fpath/_exclusive-check
_exclusive_check_first() {
  local -a commands=(${described.join(" ")})
  _describe -t commands command commands
  _files
}
_exclusive_check() {
  local command="" word
  local -a names=(${named.map(({ name }) => name).join(" ")})
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if (( \${names[(Ie)$word]} )); then command="$word"; break; fi
  done
  case "$command" in
${cases.join("\n")}
  esac
}
_exclusive_check "$@"
`;
}

function zshOptions({ names, description, takesValue, takesFile, choices }: OptionHelp): readonly string[] {
  const text = description.replaceAll("[", "(").replaceAll("]", ")");
  const values = choices.length > 0 ? `(${choices.join(" ")})` : takesFile ? "_files" : "";
  return names.map((name) => {
    // The value of a long option may also follow an equals sign.
    const sign = takesValue && name.startsWith("--") ? "=" : "";
    return quoted(`*${name}${sign}[${text}]${takesValue ? `:value:${values}` : ""}`);
  });
}

function zshArguments(command: CommandHelp): readonly string[] {
  const choices = choicesOf(command);
  if (choices.length > 0) return [quoted(`*:argument:(${choices.join(" ")})`)];
  return takesFiles(command) ? [quoted("*:file:_files")] : [];
}

function fish(commands: readonly CommandHelp[]): string {
  const names = commands.flatMap(({ name }) => (name === "" ? [] : [name]));
  const none = `not __fish_seen_subcommand_from ${names.join(" ")}`;
  const lines = commands.flatMap((command) => {
    const { name, description, options } = command;
    const when = `complete -c exclusive-check -n ${quoted(name === "" ? none : `__fish_seen_subcommand_from ${name}`)}`;
    const choices = choicesOf(command);
    return [
      ...(name === "" ? [] : [`complete -c exclusive-check -n ${quoted(none)} -a ${name} -d ${quoted(description)}`]),
      ...(takesFiles(command) ? [] : [`${when} -f`]),
      ...(choices.length === 0 ? [] : [`${when} -a ${quoted(choices.join(" "))}`]),
      ...options.map((option) => `${when} ${fishOption(option)}`),
    ];
  });
  return `# fish completion for exclusive-check: exclusive-check completion fish > ~/.config/fish/completions/exclusive-check.fish
${lines.join("\n")}
`;
}

function fishOption({ names, description, takesValue, takesFile, choices }: OptionHelp): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const values = choices.length === 0 ? [] : [`-a ${quoted(choices.join(" "))}`];
  const value = takesValue ? [takesFile ? "-r" : "-x", ...values] : [];
  return [...flags, ...value, `-d ${quoted(description)}`].join(" ");
}

/** Works in all three shells: inside single quotes nothing is special, except a backslash in fish. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
