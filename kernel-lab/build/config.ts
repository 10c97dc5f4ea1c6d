/** The kernel's configuration: x86's tinyconfig and the options of kernel.config. */
import type { TreeName } from "./trees.ts";

export interface ConfigOption {
  readonly name: string;
  /** `y`, `m`, `n`, a number or a quoted text, as in a .config file. */
  readonly value: string;
}

/**
 * The options of a fragment that apply to a tree. A line is an option, empty, or a comment. A comment `# only 6.12`
 * holds for the options up to the next empty line. Throws an Error if a line is nothing of these.
 */
export function fragmentFor(text: string, tree: TreeName): readonly ConfigOption[] {
  const options: ConfigOption[] = [];
  let only: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") only = undefined;
    const restriction = /^# only (\S+)$/.exec(line)?.[1];
    if (restriction !== undefined) only = restriction;
    if (line === "" || line.startsWith("#")) continue;
    const [, name, value] = /^(CONFIG_[A-Z0-9_a-z]+)=(\S.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new Error(`line ${index + 1} of the kernel's options is no option: ${line}`);
    if (only === undefined || only === tree) options.push({ name, value });
  }
  return options;
}

export function writeFragment(options: readonly ConfigOption[]): string {
  return options.map(({ name, value }) => `${name}=${value}\n`).join("");
}

/** The options that came out otherwise than asked, with what a finished .config has. An option that is not set is `n`. */
export function mismatches(
  asked: readonly ConfigOption[],
  config: string,
): readonly (ConfigOption & { readonly got: string })[] {
  const values = new Map<string, string>();
  for (const line of config.split("\n")) {
    const [, name, value] = /^(CONFIG_\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  return asked.flatMap((option) => {
    const got = values.get(option.name) ?? "n";
    return got === option.value ? [] : [{ ...option, got }];
  });
}
