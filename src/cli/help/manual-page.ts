/** The manual page, from the same data as `--help`. */
import type { CommandHelp } from "./help-data.ts";

export interface ManualTexts {
  readonly version: string;
  readonly description: string;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
}

/** Uses the macros of man(7), which every man program understands. */
export function manualPage(commands: readonly CommandHelp[], texts: ManualTexts): string {
  const [check, ...others] = commands;
  return [
    `.TH EXCLUSIVE\\-CHECK 1 "" "exclusive\\-check ${escaped(texts.version)}" "User Commands"`,
    ".SH NAME",
    `exclusive\\-check \\- ${escaped(firstLower(texts.description))}`,
    ".SH SYNOPSIS",
    ...commands.flatMap(({ name, arguments: taken }, position) => [
      ...(position === 0 ? [] : [".br"]),
      `.B exclusive\\-check${name === "" ? "" : ` ${escaped(name)}`}`,
      ".RI [ options ]",
      ...taken.map(({ term }) => `.I ${escaped(term)}`),
    ]),
    ".SH DESCRIPTION",
    ...(check === undefined ? [] : [escaped(texts.description)]),
    ".SH OPTIONS",
    ...(check?.options.flatMap(optionLines) ?? []),
    ".SH COMMANDS",
    ...others.flatMap(({ name, description, arguments: taken, options }) => [
      ".SS",
      `.B ${escaped([name, ...taken.map(({ term }) => term)].join(" "))}`,
      ".PP",
      escaped(description),
      ...options.flatMap(optionLines),
    ]),
    ".SH EXIT STATUS",
    ...texts.exitCodes.flatMap(([code, meaning]) => [".TP", `.B ${escaped(code)}`, escaped(meaning)]),
    ".SH EXAMPLES",
    ...texts.examples.flatMap(([command, meaning]) => [".TP", `.B ${escaped(command)}`, escaped(meaning)]),
    "",
  ].join("\n");
}

function optionLines({ flags, description }: CommandHelp["options"][number]): readonly string[] {
  return [".TP", `.B ${escaped(flags)}`, escaped(description)];
}

/** Escapes hyphens, so that they can be copied and typed. A line must not begin with a control character. */
function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("\n", " ")
    .replace(/^([.'])/, "\\&$1");
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
