/** Completion scripts for shells, from the same data as `--help`. Where a file is expected, the shell completes files. */
import type { CommandHelp, OptionHelp } from "./help-data.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export function completionScript(shell: Shell, commands: readonly CommandHelp[]): string {
  return { bash, zsh, fish }[shell](commands);
}

function bash(commands: readonly CommandHelp[]): string {
  const names = commands.flatMap(({ name }) => (name === "" ? [] : [name]));
  const cases = commands.map(
    ({ name, options, arguments: taken }) => `    ${name === "" ? '""' : name})
      case "$previous" in
${options.flatMap(bashValues).join("\n")}
      esac
      words=${quoted(options.flatMap((option) => option.names).join(" "))}
      values=${quoted([...(name === "" ? names : []), ...taken.flatMap(({ choices }) => choices)].join(" "))}
      ;;`,
  );
  return `# bash completion for exclusive-check: exclusive-check completion bash > /etc/bash_completion.d/exclusive-check
_exclusive_check() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word words="" values=""
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
    COMPREPLY=($(compgen -W "$values" -- "$current") $(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _exclusive_check exclusive-check
`;
}

function bashValues({ names, takesValue, choices }: OptionHelp): readonly string[] {
  if (!takesValue) return [];
  const reply =
    choices.length > 0
      ? `COMPREPLY=($(compgen -W ${quoted(choices.join(" "))} -- "$current"))`
      : 'COMPREPLY=($(compgen -f -- "$current"))';
  return [`        ${names.join("|")}) ${reply}; return ;;`];
}

function zsh(commands: readonly CommandHelp[]): string {
  const described = commands.flatMap(({ name, description }) =>
    name === "" ? [] : [quoted(`${name}:${description.replaceAll(":", " -")}`)],
  );
  const cases = commands.map(
    ({ name, options, arguments: taken }) => `    ${name === "" ? '""' : name})
      _arguments -s ${options.flatMap(zshOptions).join(" ")} ${quoted(`*:argument:${zshArgument(taken)}`)}
      ;;`,
  );
  return `#compdef exclusive-check
# zsh completion for exclusive-check: exclusive-check completion zsh > a folder of $fpath/_exclusive-check
_exclusive_check() {
  local command="" word
  local -a commands=(${described.join(" ")})
  for word in "\${words[@]:1:CURRENT-2}"; do
    if (( \${commands[(I)$word:*]} )); then command="$word"; break; fi
  done
  if [[ -z "$command" && "\${words[CURRENT]}" != -* ]]; then _describe command commands; fi
  case "$command" in
${cases.join("\n")}
  esac
}
_exclusive_check "$@"
`;
}

function zshOptions({ names, description, takesValue, choices }: OptionHelp): readonly string[] {
  const text = description.replaceAll("[", "(").replaceAll("]", ")").replaceAll(":", " -");
  const value = !takesValue ? "" : choices.length > 0 ? `:value:(${choices.join(" ")})` : ":value:_files";
  return names.map((name) => quoted(`*${name}[${text}]${value}`));
}

function zshArgument(taken: CommandHelp["arguments"]): string {
  const choices = taken.flatMap((argument) => argument.choices);
  return choices.length > 0 ? `(${choices.join(" ")})` : "_files";
}

function fish(commands: readonly CommandHelp[]): string {
  const names = commands.flatMap(({ name }) => (name === "" ? [] : [name]));
  const none = `not __fish_seen_subcommand_from ${names.join(" ")}`;
  const lines = commands.flatMap(({ name, description, options, arguments: taken }) => {
    const when = name === "" ? none : `__fish_seen_subcommand_from ${name}`;
    return [
      ...(name === "" ? [] : [`complete -c exclusive-check -n ${quoted(none)} -a ${name} -d ${quoted(description)}`]),
      ...taken.flatMap(({ choices }) =>
        choices.length === 0 ? [] : [`complete -c exclusive-check -n ${quoted(when)} -a ${quoted(choices.join(" "))}`],
      ),
      ...options.map((option) => `complete -c exclusive-check -n ${quoted(when)} ${fishOption(option)}`),
    ];
  });
  return `# fish completion for exclusive-check: exclusive-check completion fish > ~/.config/fish/completions/exclusive-check.fish
${lines.join("\n")}
`;
}

function fishOption({ names, description, takesValue, choices }: OptionHelp): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = !takesValue ? [] : choices.length > 0 ? [`-x -a ${quoted(choices.join(" "))}`] : ["-r"];
  return [...flags, ...value, `-d ${quoted(description)}`].join(" ");
}

/** For all three shells: nothing inside single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
