/** The one place that turns diagnostics into text. The files and options that they quote may contain any characters. */
import { printable } from "../text/printable.ts";
import type { Diagnostic, Excerpt } from "./diagnostic.ts";

/** Of a longer line, only the part around the error is shown. */
const maxWidth = 120;

export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(renderDiagnostic).join("\n");
}

export function renderDiagnostic({ file, line, column, message, hint, excerpt }: Diagnostic): string {
  const place = [file === undefined ? undefined : printable(file), line, column]
    .filter((part) => part !== undefined)
    .join(":");
  const lines = [`${place === "" ? "" : `${place}: `}error: ${printable(message)}`];
  if (excerpt !== undefined && line !== undefined && column !== undefined) {
    const gutter = String(line);
    const { text, marks } = pointAt(excerpt, column);
    lines.push(`  ${gutter} | ${text}`, `  ${" ".repeat(gutter.length)} | ${marks}`);
  }
  if (hint !== undefined) lines.push(`  hint: ${printable(hint)}`);
  return lines.join("\n");
}

function pointAt({ text, length }: Excerpt, column: number): { text: string; marks: string } {
  const start = column - 1 > maxWidth / 2 && text.length > maxWidth ? column - 1 - Math.floor(maxWidth / 2) : 0;
  const cut = start > 0 ? "..." : "";
  const more = start + maxWidth < text.length ? "..." : "";
  const meant = text.slice(column - 1, Math.min(column - 1 + Math.max(1, length), start + maxWidth));
  // Tabs stay tabs, so that the marks stay below the error for every tab width.
  const indent = withTabs(text.slice(start, column - 1)).replace(/[^\t]/g, " ");
  const marks = `${" ".repeat(cut.length)}${indent}${"^".repeat(Math.max(1, withTabs(meant).length))}`;
  return { text: `${cut}${withTabs(text.slice(start, start + maxWidth))}${more}`, marks };
}

function withTabs(text: string): string {
  return text.split("\t").map(printable).join("\t");
}
