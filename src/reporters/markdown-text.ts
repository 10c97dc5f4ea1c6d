/**
 * Text from scenarios and traces, for a Markdown document. It is shown unchanged, and no part of it is markup, in
 * CommonMark or in GitHub's dialect, which also makes links of addresses, users and issues.
 * https://spec.commonmark.org/0.31.2/ https://github.github.com/gfm/
 */
import { wellFormed } from "../text/well-formed.ts";

/** Running text. */
export function plain(text: string): string {
  return (
    oneLine(text)
      .trim()
      .replace(/[\\`*<|~$#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\](?=\()|\[(?=\^)|&(?=[#\w])/g, "\\$&")
      // At the beginning of a line, this would start a list, a quotation, a definition or a rule.
      .replace(/^(\d*)([-+=.)>[])/, "$1\\$2")
      // GitHub recognises addresses, users, issues and emoji in the rendered text, so escapes do not help.
      .replace(/(@|#|:|\bwww)(?=[\w/.])/g, "$1&#8203;")
  );
}

export function bold(text: string): string {
  const shown = plain(text);
  return shown === "" ? "" : `**${shown}**`;
}

/** A name or a value as code; also works in the cell of a table. */
export function code(text: string): string {
  const line = oneLine(text);
  if (/^[^`|\s][^`|]*$/.test(line) && !line.endsWith(" ")) return `\`${line}\``;
  return line === "" ? "" : `<code>${line.replace(/[!-/:-@[-`{-~]|^ | $/g, reference)}</code>`;
}

/** Lines as a block of code. */
export function codeBlock(lines: readonly string[], language = "text"): readonly string[] {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}${language}`, ...lines.flatMap((line) => wellFormed(line).split(/\r\n|\r|\n/)), fence];
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)];
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

function oneLine(text: string): string {
  return wellFormed(text).replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
